"""Who may open and press what: every route of the portal, for every kind of person.

A route or a method that is not declared here fails, and so does the declaration of a route that
is gone. Every one is asked for (GET) and sent nothing (POST), by everybody.
"""

import copy
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts import rules as account_rules
from accounts.models import Mail, User
from certificates import rules as certificate_rules
from certificates.models import (
    Certificate,
    CountDifference,
    Country,
    Draft,
    Duty,
    Participant,
    Port,
    Price,
    PrinterCalibration,
    Receipt,
    ReceiptCounter,
    Release,
    StockCount,
)
from certificates.operations.counting import count
from certificates.operations.printing import calibrate
from journal.models import Entry
from licensees import rules as licensee_rules
from licensees.models import (
    Acknowledgment,
    AcknowledgmentText,
    Agreement,
    AnnualFee,
    Application,
    Attendance,
    Contact,
    FeeAmount,
    FeePayment,
    Licensee,
    Paper,
    Party,
    PeopleConfirmation,
    PeopleRequest,
    Reference,
    TrainingSession,
)
from licensees.operations.addresses import keep_party
from licensees.operations.licensing import suspend
from licensees.operations.money import charge_fee
from reviews import rules as review_rules
from reviews.models import Finding, Review
from reviews.operations import schedule
from tests.cast import Cast, today
from tests.pages.filling import drafted
from tests.pages.reading import Element, main
from tests.routes import EVERYBODY, PEOPLE, Things, browser_of, routes
from tests.unchanged import OURS, everything

# ---- the matrix ---------------------------------------------------------------------------------

# Everything asked for belongs to firm A.
IN = "sign in"  # where the answer leads

# fmt: off
MATRIX = [
    #        route                                     out  lone  strn  firm  revw  staf  over  admn
    ("get",  "home",                                  200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "home",                                  405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "how_to_export",                         200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "how_to_export",                         405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "accounts:account",                       IN, 200, 200, 200, 200, 200, 200, 200),
    ("post", "accounts:account",                       IN, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "accounts:session",                      200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "accounts:session",                      200, 200, 200, 200, 200, 200, 200, 200),
    ("get",  "accounts:users",                         IN, 403, 403, 403, 403, 403, 200, 200),
    ("post", "accounts:users",                         IN, 403, 403, 403, 403, 403, 405, 405),
    ("get",  "accounts:invite",                        IN, 403, 403, 403, 403, 403, 403, 200),
    ("post", "accounts:invite",                        IN, 403, 403, 403, 403, 403, 403, 422),
    ("get",  "accounts:user",                          IN, 404, 404, 404, 404, 404, 200, 200),
    ("post", "accounts:user",                          IN, 404, 404, 404, 404, 404, 405, 405),
    ("get",  "accounts:deactivate",                    IN, 404, 404, 404, 404, 404, 403, 405),
    ("post", "accounts:deactivate",                    IN, 404, 404, 404, 404, 404, 403, 302),
    ("get",  "accounts:reactivate",                    IN, 404, 404, 404, 404, 404, 403, 405),
    ("post", "accounts:reactivate",                    IN, 404, 404, 404, 404, 404, 403, 302),
    ("get",  "accounts:mail",                          IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "accounts:mail",                          IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "accounts:try_mail_again",                IN, 404, 404, 404, 403, 405, 403, 403),
    ("post", "accounts:try_mail_again",                IN, 404, 404, 404, 403, 302, 403, 403),
    ("get",  "account_login",                         200, 302, 302, 302, 302, 302, 302, 302),
    ("post", "account_login",                         200, 302, 302, 302, 302, 302, 302, 302),
    ("get",  "account_logout",                         IN, 200, 200, 200, 200, 200, 200, 200),
    ("post", "account_logout",                         IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN),
    ("get",  "account_inactive",                      200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "account_inactive",                      405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "account_change_password",                IN, 200, 200, 200, 200, 200, 200, 200),
    ("post", "account_change_password",                IN, 200, 200, 200, 200, 200, 200, 200),
    ("get",  "account_reset_password",                200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "account_reset_password",                200, 200, 200, 200, 200, 200, 200, 200),
    ("get",  "account_reset_password_done",           200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "account_reset_password_done",           405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "account_reset_password_from_key",       200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "account_reset_password_from_key",       200, 200, 200, 200, 200, 200, 200, 200),
    ("get",  "account_reset_password_from_key_done",  200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "account_reset_password_from_key_done",  405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "certificates:list",                      IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "certificates:list",                      IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "certificates:sales",                     IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "certificates:sales",                     IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "certificates:sell",                      IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "certificates:sell",                      IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "certificates:register",                  IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "certificates:register",                  IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "certificates:receipt",                   IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "certificates:receipt",                   IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "certificates:receipt_pdf",               IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "certificates:receipt_pdf",               IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "certificates:write_off",                  IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "certificates:write_off",                  IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "certificates:reverse",                    IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "certificates:reverse",                    IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "certificates:count",                      IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "certificates:count",                      IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "certificates:explain",                    IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "certificates:explain",                    IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "certificates:report_lost",                IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "certificates:report_lost",                IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "firm:stock",                              IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "firm:stock",                              IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "firm:count",                              IN, 404, 404, 200, 200, 200, 403, 403),
    ("post", "firm:count",                              IN, 404, 404, 422, 422, 422, 403, 403),
    ("get",  "firm:take_back",                          IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "firm:take_back",                          IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "certificates:calibrate",                 IN, 403, 200, 200, 403, 403, 403, 403),
    ("post", "certificates:calibrate",                 IN, 403, 422, 422, 403, 403, 403, 403),
    ("get",  "certificates:test_sheet",                IN, 403, 200, 200, 403, 403, 403, 403),
    ("post", "certificates:test_sheet",                IN, 403, 405, 405, 403, 403, 403, 403),
    ("get",  "certificates:detail",                    IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "certificates:detail",                    IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "certificates:draft",                     IN, 404, 404, 302, 403, 403, 403, 403),
    ("post", "certificates:draft",                     IN, 404, 404, 409, 403, 403, 403, 403),
    ("get",  "certificates:draft_pdf",                 IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "certificates:draft_pdf",                 IN, 404, 404, 405, 403, 403, 403, 403),
    ("get",  "certificates:issue",                     IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "certificates:issue",                     IN, 404, 404, 409, 403, 403, 403, 403),
    ("get",  "certificates:read_back",                 IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "certificates:read_back",                 IN, 404, 404, 422, 403, 403, 403, 403),
    ("get",  "certificates:ship",                      IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "certificates:ship",                      IN, 404, 404, 422, 403, 403, 403, 403),
    ("get",  "certificates:deliver",                   IN, 404, 404, 200, 403, 200, 403, 403),
    ("post", "certificates:deliver",                   IN, 404, 404, 422, 403, 422, 403, 403),
    ("get",  "certificates:void",                      IN, 404, 404, 200, 403, 200, 403, 403),
    ("post", "certificates:void",                      IN, 404, 404, 422, 403, 422, 403, 403),
    ("get",  "certificates:pdf",                       IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "certificates:pdf",                       IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "certificates:releases",                  IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "certificates:releases",                  IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "certificates:release",                   IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "certificates:release",                   IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "certificates:decide_release",            IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "certificates:decide_release",            IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "certificates:revoke_release",            IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "certificates:revoke_release",            IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "certificates:withdraw_release",          IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "certificates:withdraw_release",          IN, 404, 404, 302, 403, 403, 403, 403),
    ("get",  "certificates:request_release",           IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "certificates:request_release",           IN, 404, 404, 422, 403, 403, 403, 403),
    ("get",  "certificates:release_shipment",          IN, 404, 404, 403, 403, 409, 403, 403),
    ("post", "certificates:release_shipment",          IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "duties:list",                            IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "duties:list",                            IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "duties:discharge",                       IN, 404, 404, 200, 403, 200, 403, 403),
    ("post", "duties:discharge",                       IN, 404, 404, 422, 403, 422, 403, 403),
    ("get",  "firm:certificates",                      IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "firm:certificates",                      IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "firm:duties",                            IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "firm:duties",                            IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:list",                         IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "licensees:list",                         IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "licensees:detail",                       IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:detail",                       IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:appoint",                      IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:appoint",                      IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:suspend",                      IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:suspend",                      IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:reinstate",                    IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:reinstate",                    IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:close",                        IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:close",                        IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:change_details",               IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:change_details",               IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:record_agreement",             IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:record_agreement",             IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:charge_fee",                   IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:charge_fee",                   IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:receive_payment",              IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:receive_payment",              IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:take_back_payment",            IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:take_back_payment",            IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:money",                        IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:money",                        IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:history",                      IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:history",                      IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:fees",                         IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:fees",                         IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:charge_year",                  IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "licensees:charge_year",                  IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "licensees:set_fee_amount",               IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "licensees:set_fee_amount",               IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "licensees:people",                       IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:people",                       IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:request_person",               IN, 404, 404, 403, 403, 403, 403, 403),
    ("post", "licensees:request_person",               IN, 404, 404, 403, 403, 403, 403, 403),
    ("get",  "licensees:confirm_people",               IN, 404, 404, 403, 403, 403, 403, 403),
    ("post", "licensees:confirm_people",               IN, 404, 404, 403, 403, 403, 403, 403),
    ("get",  "licensees:people_requests",              IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:people_requests",              IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:decide_request",               IN, 404, 404, 403, 403, 200, 403, 403),
    ("post", "licensees:decide_request",               IN, 404, 404, 403, 403, 422, 403, 403),
    ("get",  "licensees:withdraw_request",             IN, 404, 404, 403, 403, 403, 403, 403),
    ("post", "licensees:withdraw_request",             IN, 404, 404, 403, 403, 403, 403, 403),
    ("get",  "licensees:people_confirmations",         IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:people_confirmations",         IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:addresses",                    IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:addresses",                    IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:add_consignee",                IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "licensees:add_consignee",                IN, 404, 404, 422, 403, 403, 403, 403),
    ("get",  "licensees:add_principal",                IN, 404, 404, 409, 403, 403, 403, 403),
    ("post", "licensees:add_principal",                IN, 404, 404, 422, 403, 403, 403, 403),
    ("get",  "licensees:change_party",                 IN, 404, 404, 200, 403, 403, 403, 403),
    ("post", "licensees:change_party",                 IN, 404, 404, 422, 403, 403, 403, 403),
    ("get",  "licensees:dismiss",                      IN, 404, 404, 403, 403, 405, 403, 403),
    ("post", "licensees:dismiss",                      IN, 404, 404, 403, 403, 302, 403, 403),
    ("get",  "licensees:retire_party",                 IN, 404, 404, 405, 403, 403, 403, 403),
    ("post", "licensees:retire_party",                 IN, 404, 404, 302, 403, 403, 403, 403),
    ("get",  "licensees:acknowledgment_overview",      IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:acknowledgment_overview",      IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:changes",                      IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:changes",                      IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:changes_csv",                  IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:changes_csv",                  IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:changes_pdf",                  IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:changes_pdf",                  IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:set_wording",                  IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "licensees:set_wording",                  IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "licensees:acknowledgments",              IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:acknowledgments",              IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:acknowledgment",               IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:acknowledgment",               IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:acknowledgment_pdf",           IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:acknowledgment_pdf",           IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:firm_training",                IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:firm_training",                IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:acknowledge",                  IN, 404, 404, 403, 403, 403, 403, 403),
    ("post", "licensees:acknowledge",                  IN, 404, 404, 403, 403, 403, 403, 403),
    ("get",  "licensees:training",                     IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "licensees:training",                     IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "licensees:training_session",             IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "licensees:training_session",             IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "licensees:hold_training",                IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "licensees:hold_training",                IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "licensees:record_attendance",            IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "licensees:record_attendance",            IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "licensees:add_material",                 IN, 403, 403, 403, 403, 200, 403, 403),
    ("post", "licensees:add_material",                 IN, 403, 403, 403, 403, 422, 403, 403),
    ("get",  "licensees:withdraw_material",            IN, 403, 403, 403, 403, 405, 403, 403),
    ("post", "licensees:withdraw_material",            IN, 403, 403, 403, 403, 302, 403, 403),
    ("get",  "licensees:strike_attendance",            IN, 404, 404, 403, 403, 405, 403, 403),
    ("post", "licensees:strike_attendance",            IN, 404, 404, 403, 403, 302, 403, 403),
    ("get",  "apply:start",                           200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:start",                           422, 422, 422, 422, 422, 422, 422, 422),
    ("get",  "apply:sent",                            200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:sent",                            405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "apply:overview",                        200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:overview",                        405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "apply:firm",                            200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:firm",                            302, 302, 302, 302, 302, 302, 302, 302),
    ("get",  "apply:references",                      200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:references",                      422, 422, 422, 422, 422, 422, 422, 422),
    ("get",  "apply:take_out_reference",              405, 405, 405, 405, 405, 405, 405, 405),
    ("post", "apply:take_out_reference",              302, 302, 302, 302, 302, 302, 302, 302),
    ("get",  "apply:papers",                          200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:papers",                          422, 422, 422, 422, 422, 422, 422, 422),
    ("get",  "apply:paper",                           200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:paper",                           405, 405, 405, 405, 405, 405, 405, 405),
    ("get",  "apply:take_out_paper",                  405, 405, 405, 405, 405, 405, 405, 405),
    ("post", "apply:take_out_paper",                  302, 302, 302, 302, 302, 302, 302, 302),
    ("get",  "apply:send",                            200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:send",                            409, 409, 409, 409, 409, 409, 409, 409),
    ("get",  "apply:answer",                          200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:answer",                          302, 302, 302, 302, 302, 302, 302, 302),
    ("get",  "apply:withdraw",                        200, 200, 200, 200, 200, 200, 200, 200),
    ("post", "apply:withdraw",                        302, 302, 302, 302, 302, 302, 302, 302),
    ("get",  "licensees:applications",                 IN, 403, 403, 403, 200, 200, 200, 200),
    ("post", "licensees:applications",                 IN, 403, 403, 403, 405, 405, 405, 405),
    ("get",  "licensees:application",                  IN, 404, 404, 404, 200, 200, 200, 200),
    ("post", "licensees:application",                  IN, 404, 404, 404, 405, 405, 405, 405),
    ("get",  "licensees:paper",                        IN, 404, 404, 200, 200, 200, 200, 200),
    ("post", "licensees:paper",                        IN, 404, 404, 405, 405, 405, 405, 405),
    ("get",  "licensees:take_up",                      IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:take_up",                      IN, 404, 404, 404, 403, 302, 403, 403),
    ("get",  "licensees:new_link",                     IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:new_link",                     IN, 404, 404, 404, 403, 302, 403, 403),
    ("get",  "licensees:ask_for_more",                 IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:ask_for_more",                 IN, 404, 404, 404, 403, 422, 403, 403),
    ("get",  "licensees:check_reference",              IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:check_reference",              IN, 404, 404, 404, 403, 422, 403, 403),
    ("get",  "licensees:decide",                       IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:decide",                       IN, 404, 404, 404, 403, 422, 403, 403),
    ("get",  "licensees:send_agreement",               IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:send_agreement",               IN, 404, 404, 404, 403, 422, 403, 403),
    ("get",  "licensees:record_signed",                IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:record_signed",                IN, 404, 404, 404, 403, 422, 403, 403),
    ("get",  "licensees:first_fee",                    IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:first_fee",                    IN, 404, 404, 404, 403, 422, 403, 403),
    ("get",  "licensees:activate",                     IN, 404, 404, 404, 403, 200, 403, 403),
    ("post", "licensees:activate",                     IN, 404, 404, 404, 403, 422, 403, 403),
    ("get",  "reviews:list",                           IN, 403, 200, 200, 200, 200, 200, 200),
    ("post", "reviews:list",                           IN, 403, 405, 405, 405, 405, 405, 405),
    ("get",  "admin:index",                            IN, 403, 403, 403, 403, 403, 200, 200),
    ("post", "admin:index",                            IN, 403, 403, 403, 403, 403, 405, 405),
    ("get",  "admin:login",                            IN, 403, 403, 403, 403, 403, 302, 302),
    ("post", "admin:login",                            IN, 403, 403, 403, 403, 403, 405, 405),
    ("get",  "admin:logout",                           IN, 302, 302, 302, 302, 302, 302, 302),
    ("post", "admin:logout",                           IN, 302, 302, 302, 302, 302, 302, 302),
    ("get",  "admin:app_list",                         IN, 403, 403, 403, 403, 403, 200, 200),
    ("post", "admin:app_list",                         IN, 403, 403, 403, 403, 403, 405, 405),
]

# What a firm's managers may do and its issuers may not; the column "firm" is the issuers' answer.
MANAGERS = {
    ("get", "licensees:acknowledge"): 200,
    ("post", "licensees:acknowledge"): 422,
    ("get", "licensees:request_person"): 200,
    ("post", "licensees:request_person"): 422,
    ("get", "licensees:confirm_people"): 409,
    ("post", "licensees:confirm_people"): 422,
    ("get", "licensees:withdraw_request"): 405,
    ("post", "licensees:withdraw_request"): 302,
    ("get", "licensees:dismiss"): 405,
    ("post", "licensees:dismiss"): 302,
}

# The audit desk has the same four pages for every model.
DESK = [
    #        page                                      out  lone  strn  firm  revw  staf  over  admn
    ("get",  "changelist",                             IN, 403, 403, 403, 403, 403, 200, 200),
    ("post", "changelist",                             IN, 403, 403, 403, 403, 403, 405, 405),
    ("get",  "change",                                 IN, 403, 403, 403, 403, 403, 200, 200),
    ("post", "change",                                 IN, 403, 403, 403, 403, 403, 405, 405),
    ("get",  "add",                                    IN, 403, 403, 403, 403, 403, 403, 403),
    ("post", "add",                                    IN, 403, 403, 403, 403, 403, 405, 405),
    ("get",  "delete",                                 IN, 403, 403, 403, 403, 403, 403, 403),
    ("post", "delete",                                 IN, 403, 403, 403, 403, 403, 405, 405),
]
DESK_MODELS = [
    "accounts_mail", "licensees_acknowledgment", "licensees_acknowledgmenttext",
    "licensees_attendance", "licensees_trainingsession", "reviews_finding",
    "accounts_user", "certificates_certificate", "certificates_countdifference",
    "certificates_country", "certificates_draft", "certificates_stockcount",
    "certificates_duty", "certificates_participant", "certificates_port", "certificates_price",
    "certificates_printercalibration", "certificates_receipt", "certificates_receiptcounter",
    "certificates_release",
    "journal_entry", "licensees_agreement", "licensees_annualfee", "licensees_feeamount",
    "licensees_feepayment", "licensees_contact", "licensees_licensee",
    "licensees_party", "licensees_peopleconfirmation", "licensees_peoplerequest", "reviews_review",
    "licensees_application", "licensees_paper", "licensees_reference",
]
# fmt: on

MATRIX += [
    (method, f"admin:{model}_{page}", *codes)
    for model in DESK_MODELS
    for method, page, *codes in DESK
]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def answer_of(answer: Any) -> int | str:
    """The status; the sign-in is told apart from other places an answer can lead to."""
    if answer.status_code == 302 and answer["Location"].startswith(reverse("account_login")):
        return IN
    return int(answer.status_code)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Django warns of every refusal, and thousands are wanted here."""
    caplog.set_level(logging.CRITICAL, "django.request")
    caplog.set_level(logging.CRITICAL, "django.security.csrf")


def test_every_route_and_method_is_declared_once_and_exists() -> None:
    declared = Counter((method, route) for method, route, *_ in MATRIX)

    assert set(declared) == {(method, route) for route in routes() for method in ("get", "post")}
    assert max(declared.values()) == 1


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_gets_the_answers_of_the_matrix_and_a_refusal_changes_nothing(
    cast: Cast, person: str
) -> None:
    column = next(n for n, people in enumerate(PEOPLE.values()) if person in people)
    expected = {(method, route): codes[column] for method, route, *codes in MATRIX}
    if person == "manager":
        expected |= MANAGERS
    things = Things(cast)
    client = browser_of(cast, person)
    before, entries = everything(), Entry.objects.count()

    answers = {}
    for (method, route), code in expected.items():
        cookies = copy.deepcopy(client.cookies)
        refused = code == IN or code in (403, 404, 405, 409, 422)
        with nullcontext() if refused and route != "account_logout" else undone():
            answer = getattr(client, method)(things.address(route))
        answers[method, route] = answer_of(answer)
        if refused:
            assert Entry.objects.count() == entries, f"{method} {route} was refused, and written"
        client.cookies = cookies

    assert answers == expected
    assert everything() == before


def test_no_other_method_does_anything(cast: Cast) -> None:
    things = Things(cast)
    browsers = {person: browser_of(cast, person) for person in ("issuer", "staff", "administrator")}
    before = everything()

    for person, client in browsers.items():
        for route, method in product(routes(), ("put", "patch", "delete")):
            # The audit desk asks at one door for all its pages; two of them are enough.
            if route.startswith("admin:") and route not in ("admin:index", "admin:login"):
                continue
            answer = getattr(client, method)(things.address(route))
            assert answer.status_code in {403, 404, 405}, (person, method, route)

    assert everything() == before


def test_nothing_is_taken_without_the_portals_own_token(cast: Cast) -> None:
    things = Things(cast)
    browsers = [
        browser_of(cast, person, enforce_csrf_checks=True)
        for person in ("anonymous", "administrator")
    ]
    before = everything()

    for route, client in product(routes(), browsers):
        answer = client.post(things.address(route))
        assert answer.status_code == 403, route
        assert "403_csrf.html" in [template.name for template in answer.templates], route

    assert everything() == before


# ---- which rows the lists show ------------------------------------------------------------------

FIRMS = {"A": "firm_a", "B": "firm_b", "C": "carrier"}
SEES = {
    "loner": "",
    "issuer": "A",
    "colleague": "A",
    "manager": "A",
    "stranger": "B",
    "carrier_issuer": "C",
    "reviewer": "ABC",
    "staff": "ABC",
    "overseer": "ABC",
    "administrator": "ABC",
}


class Shelf:
    """The same rows for each of three firms, and one blank that nobody bought."""

    def __init__(self, cast: Cast) -> None:
        for person in SEES:
            getattr(cast, person)
        self.blank = cast.in_stock()
        for letter, name in FIRMS.items():
            firm = getattr(cast, name)
            drafted(cast, firm)
            cast.available(firm)
            cast.issued(firm)
            cast.shipped(firm)
            cast.voided(firm)
            schedule(firm, body="uskpa", planned_on=today(), actor=cast.staff)
            suspend(
                firm,
                reason=f"So that the front page names {letter}",
                today=today(),
                actor=cast.staff,
            )

    def numbers(self, letters: str) -> set[int]:
        """The numbers of these firms' certificates."""
        return {
            row.number
            for row in Certificate.objects.select_related("licensee")
            if row.licensee and row.licensee.legal_name[5] in letters
        }


def numbers_in(text: str) -> set[int]:
    """Every certificate number that stands there."""
    return {int(number) for number in re.findall(r"\bUS([0-9]+)\b", text)}


def keys_in(shown: Element, pattern: str) -> set[int]:
    """The keys of the rows that the page links to."""
    found = (re.fullmatch(pattern, link["href"]) for link in shown.all("a"))
    return {int(match[1]) for match in found if match}


def test_every_list_shows_the_rows_of_the_firms_one_may_see_and_no_others(cast: Cast) -> None:
    shelf = Shelf(cast)
    for person, letters in SEES.items():
        client = browser_of(cast, person)
        if letters:
            _check_lists(cast, client, shelf, person, letters)
        else:
            for path in LISTS:
                assert client.get(path).status_code == 403, (person, path)
        front = main(client.get("/")).text
        assert numbers_in(front) <= shelf.numbers(letters), person
        assert bool(numbers_in(front)) == bool(letters), person
        assert set(re.findall(r"Firm ([A-Z]) \(test\)", front)) == set(letters), person


LISTS = ("/certificates/", "/certificates/sales/", "/duties/", "/licensees/", "/reviews/")


def _check_lists(cast: Cast, client: Client, shelf: Shelf, person: str, letters: str) -> None:
    certificates, sales, duties, licensees, reviews = (main(client.get(path)) for path in LISTS)
    firms = {getattr(cast, FIRMS[letter]).pk for letter in letters}
    office = letters == "ABC"
    owed = Duty.objects.open().filter(certificate__licensee__in=firms)

    assert keys_in(certificates, r"/certificates/US(\d+)/") == shelf.numbers(letters) | (
        {shelf.blank.number} if office else set()
    ), person
    assert keys_in(sales, r"/certificates/sales/(\d+)/") == {
        receipt.number for receipt in Receipt.objects.filter(licensee__in=firms)
    }, person
    assert (shelf.blank.number in numbers_in(sales.text)) == (person == "staff"), person
    assert numbers_in(duties.text) == {duty.certificate.number for duty in owed}, person
    assert keys_in(duties, r"/duties/(\d+)/discharge/") == (
        {duty.pk for duty in owed} if person == "staff" or not office else set()
    ), person
    assert keys_in(licensees, r"/licensees/(\d+)/") == firms, person
    assert keys_in(reviews, r"/licensees/(\d+)/") == firms, person


@pytest.mark.parametrize("person", ["administrator", "overseer"])
def test_the_list_of_users_shows_everybody_to_whoever_may_open_it(cast: Cast, person: str) -> None:
    Shelf(cast)

    listed = main(browser_of(cast, person).get("/account/users/"))

    assert keys_in(listed, r"/account/users/(\d+)/") == {user.pk for user in User.objects.all()}


@pytest.mark.parametrize("person", ["overseer", "administrator"])
def test_the_audit_desk_lists_every_row(cast: Cast, person: str) -> None:
    Things(cast)
    client = browser_of(cast, person)

    for model in DESK_MODELS:
        answer = client.get(reverse(f"admin:{model}_changelist"))
        rows = apps.get_model(*model.split("_"))._default_manager.all()
        assert set(answer.context["cl"].queryset) == set(rows) != set(), model


def test_ones_own_page_is_ones_own(cast: Cast) -> None:
    client = browser_of(cast, "issuer")

    assert client.get(f"/account/users/{cast.issuer.pk}/").status_code == 200
    assert client.get(f"/account/users/{cast.colleague.pk}/").status_code == 404
    assert client.post(f"/account/users/{cast.issuer.pk}/deactivate/").status_code == 403


# ---- what one sees is what one may view ---------------------------------------------------------

# Asked of the row itself, or of what it belongs to.
VIEWED: dict[type[Model], Callable[[User, Any], bool]] = {
    User: lambda user, row: user.has_perm(account_rules.VIEW_USERS, row),
    Mail: lambda user, row: user.has_perm(account_rules.VIEW_MAIL, row),
    Acknowledgment: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    AcknowledgmentText: lambda user, row: user.is_active,
    TrainingSession: lambda user, row: user.is_active,
    Attendance: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    Application: lambda user, row: user.has_perm(licensee_rules.VIEW_APPLICATIONS, row),
    Reference: lambda user, row: user.has_perm(licensee_rules.VIEW_APPLICATIONS, row.application),
    Paper: lambda user, row: user.has_perm(licensee_rules.VIEW_PAPERS, row),
    Licensee: lambda user, row: user.has_perm(licensee_rules.VIEW, row),
    Contact: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    Agreement: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    AnnualFee: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    FeePayment: lambda user, row: user.has_perm(licensee_rules.VIEW, row.fee.licensee),
    FeeAmount: lambda user, row: user.is_active,
    PeopleRequest: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    PeopleConfirmation: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    Party: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    Certificate: lambda user, row: user.has_perm(certificate_rules.VIEW, row),
    Draft: lambda user, row: user.has_perm(certificate_rules.VIEW, row.certificate),
    Duty: lambda user, row: user.has_perm(certificate_rules.VIEW_DUTIES, row.certificate),
    Receipt: lambda user, row: user.has_perm(certificate_rules.VIEW_RECEIPTS, row),
    StockCount: lambda user, row: user.has_perm(certificate_rules.VIEW_COUNTS, row),
    CountDifference: lambda user, row: user.has_perm(certificate_rules.VIEW_COUNTS, row.count),
    Release: lambda user, row: user.has_perm(licensee_rules.VIEW, row.licensee),
    Review: lambda user, row: user.has_perm(review_rules.VIEW, row),
    Finding: lambda user, row: user.has_perm(review_rules.VIEW, row.review),
    PrinterCalibration: lambda user, row: user == row.user or user.sees_every_licensee,
    **dict.fromkeys(
        (Country, Participant, Port, Price, ReceiptCounter), lambda user, row: user.is_active
    ),
}
# The journal knows no users: whoever may enter the audit desk reads all of it.
UNSEEN_OTHERWISE = {Entry}


def test_every_model_has_a_rule_for_who_sees_its_rows() -> None:
    models = {model for label in OURS for model in apps.get_app_config(label).get_models()}

    assert set(VIEWED) == models - UNSEEN_OTHERWISE


def test_the_rows_a_person_sees_are_the_rows_they_may_view(cast: Cast) -> None:
    Things(cast)
    for firm in (cast.firm_b, cast.carrier):
        actor = cast.contact_of(firm).user
        drafted(cast, firm)
        cast.shipped(firm)
        keep_party(firm, part="consignee", name="Kept", address="1 Road", country="IL", actor=actor)
        charge_fee(firm, year=2026, amount_usd=Decimal(1), due_on=today(), actor=cast.staff)
        schedule(firm, body="uskpa", planned_on=today(), actor=cast.staff)
        calibrate(right_mm=Decimal(1), down_mm=Decimal(1), actor=actor)
        count(firm, counted_on=today(), occasion="yearly", numbers=[], today=today(), actor=actor)

    for model, may_view in VIEWED.items():
        rows = list(model._default_manager.all())
        assert rows, model
        for person in EVERYBODY[1:]:
            user = User.objects.get(pk=getattr(cast, person).pk)
            visible: Any = model._default_manager
            assert set(visible.visible_to(user)) == {row for row in rows if may_view(user, row)}, (
                model,
                person,
            )
