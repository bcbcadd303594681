"""The register of certificates: stock, drafts, issue, shipment, void, and what each owes."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Registers the certificates with Django."""

    name = "certificates"
    verbose_name = "Certificates"
