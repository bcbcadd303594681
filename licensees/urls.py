"""Addresses below /licensees/."""

from django.urls import path

from licensees.views import (
    acknowledgments,
    addresses,
    application_steps,
    applications,
    apply,
    changes,
    firms,
    history,
    licence,
    money,
    papers,
    people,
    training,
)

app_name = "licensees"

urlpatterns = [
    path("", firms.LicenseeList.as_view(), name="list"),
    path("<int:pk>/", firms.LicenseeDetail.as_view(), name="detail"),
    path("<int:pk>/appoint/", people.Appoint.as_view(), name="appoint"),
    path("<int:pk>/suspend/", licence.Suspend.as_view(), name="suspend"),
    path("<int:pk>/reinstate/", licence.Reinstate.as_view(), name="reinstate"),
    path("<int:pk>/close/", licence.Close.as_view(), name="close"),
    path("<int:pk>/details/", licence.ChangeDetails.as_view(), name="change_details"),
    path("<int:pk>/agreements/new/", licence.RecordAgreement.as_view(), name="record_agreement"),
    path("<int:pk>/money/", money.Money.as_view(), name="money"),
    path("<int:pk>/money/charge/", money.ChargeFee.as_view(), name="charge_fee"),
    path("fees/", money.FeesOfAYear.as_view(), name="fees"),
    path("fees/charge/", money.ChargeYear.as_view(), name="charge_year"),
    path("fees/amount/", money.SetFeeAmount.as_view(), name="set_fee_amount"),
    path("fees/<int:pk>/receive/", money.Receive.as_view(), name="receive_payment"),
    path("payments/<int:pk>/take-back/", money.TakeBack.as_view(), name="take_back_payment"),
    path("<int:pk>/history/", history.FirmHistory.as_view(), name="history"),
    path("people-requests/", people.PeopleRequestList.as_view(), name="people_requests"),
    path("people-requests/<int:pk>/", people.DecideRequest.as_view(), name="decide_request"),
    path(
        "people-requests/<int:pk>/withdraw/",
        people.WithdrawRequest.as_view(),
        name="withdraw_request",
    ),
    path("people-confirmations/", people.ConfirmationList.as_view(), name="people_confirmations"),
    path("<int:pk>/people/", people.People.as_view(), name="people"),
    path("<int:pk>/people/request/", people.RequestPerson.as_view(), name="request_person"),
    path("<int:pk>/people/confirm/", people.ConfirmPeople.as_view(), name="confirm_people"),
    path("<int:pk>/addresses/", addresses.AddressBook.as_view(), name="addresses"),
    path(
        "<int:pk>/addresses/consignee/",
        addresses.AddParty.as_view(part="consignee"),
        name="add_consignee",
    ),
    path(
        "<int:pk>/addresses/principal/",
        addresses.AddParty.as_view(part="exporter"),
        name="add_principal",
    ),
    path("parties/<int:pk>/", addresses.ChangeParty.as_view(), name="change_party"),
    path("contacts/<int:pk>/dismiss/", people.Dismiss.as_view(), name="dismiss"),
    path("parties/<int:pk>/retire/", addresses.RetireParty.as_view(), name="retire_party"),
    path(
        "acknowledgments/",
        acknowledgments.AcknowledgmentOverview.as_view(),
        name="acknowledgment_overview",
    ),
    path("acknowledgments/wording/", acknowledgments.SetWording.as_view(), name="set_wording"),
    path(
        "acknowledgments/<int:pk>/",
        acknowledgments.AcknowledgmentPage.as_view(),
        name="acknowledgment",
    ),
    path(
        "acknowledgments/<int:pk>/receipt.pdf",
        acknowledgments.AcknowledgmentPdf.as_view(),
        name="acknowledgment_pdf",
    ),
    path(
        "<int:pk>/acknowledgments/",
        acknowledgments.AcknowledgmentList.as_view(),
        name="acknowledgments",
    ),
    path(
        "<int:pk>/acknowledgments/<int:year>/sign/",
        acknowledgments.Acknowledge.as_view(),
        name="acknowledge",
    ),
    path("changes/", changes.ChangeList.as_view(), name="changes"),
    path("changes/changes.csv", changes.ChangesCsv.as_view(), name="changes_csv"),
    path("changes/changes.pdf", changes.ChangesPdf.as_view(), name="changes_pdf"),
    path("training/", training.TrainingList.as_view(), name="training"),
    path("training/new/", training.HoldTraining.as_view(), name="hold_training"),
    path("training/<int:pk>/", training.TrainingSessionPage.as_view(), name="training_session"),
    path(
        "training/<int:pk>/attendance/",
        training.RecordAttendance.as_view(),
        name="record_attendance",
    ),
    path("training/<int:pk>/materials/", training.AddMaterial.as_view(), name="add_material"),
    path(
        "training/<int:pk>/materials/<int:paper>/withdraw/",
        training.WithdrawMaterial.as_view(),
        name="withdraw_material",
    ),
    path(
        "training/attendance/<int:pk>/strike/",
        training.StrikeAttendance.as_view(),
        name="strike_attendance",
    ),
    path("<int:pk>/training/", training.FirmTraining.as_view(), name="firm_training"),
    path("applications/", applications.ApplicationList.as_view(), name="applications"),
    path("applications/<int:pk>/", applications.ApplicationDetail.as_view(), name="application"),
    path("applications/<int:pk>/take-up/", application_steps.TakeUp.as_view(), name="take_up"),
    path("applications/<int:pk>/ask/", application_steps.AskForMore.as_view(), name="ask_for_more"),
    path("applications/<int:pk>/new-link/", application_steps.NewLink.as_view(), name="new_link"),
    path(
        "applications/references/<int:pk>/check/",
        application_steps.CheckReference.as_view(),
        name="check_reference",
    ),
    path("applications/<int:pk>/decide/", application_steps.Decide.as_view(), name="decide"),
    path(
        "applications/<int:pk>/send-agreement/",
        application_steps.SendAgreement.as_view(),
        name="send_agreement",
    ),
    path(
        "applications/<int:pk>/signed/",
        application_steps.RecordSigned.as_view(),
        name="record_signed",
    ),
    path(
        "applications/<int:pk>/first-fee/", application_steps.FirstFee.as_view(), name="first_fee"
    ),
    path("applications/<int:pk>/activate/", application_steps.Activate.as_view(), name="activate"),
    path("papers/<int:pk>/", papers.PaperFile.as_view(), name="paper"),
]

# Below /apply/, without an account: the key in the address says whose application it is.
apply_patterns = [
    path("", apply.Start.as_view(), name="start"),
    path("sent/", apply.Sent.as_view(), name="sent"),
    path("<slug:key>/", apply.Overview.as_view(), name="overview"),
    path("<slug:key>/firm/", apply.Firm.as_view(), name="firm"),
    path("<slug:key>/references/", apply.References.as_view(), name="references"),
    path(
        "<slug:key>/references/<int:pk>/take-out/",
        apply.TakeOutReference.as_view(),
        name="take_out_reference",
    ),
    path("<slug:key>/papers/", apply.Papers.as_view(), name="papers"),
    path("<slug:key>/papers/<int:pk>/", apply.OwnPaper.as_view(), name="paper"),
    path(
        "<slug:key>/papers/<int:pk>/take-out/", apply.TakeOutPaper.as_view(), name="take_out_paper"
    ),
    path("<slug:key>/send/", apply.Send.as_view(), name="send"),
    path("<slug:key>/answer/", apply.Answer.as_view(), name="answer"),
    path("<slug:key>/withdraw/", apply.Withdraw.as_view(), name="withdraw"),
]
