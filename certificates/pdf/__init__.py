"""The papers of the register as PDFs: certificate, overprint, printer test sheet, receipt."""
