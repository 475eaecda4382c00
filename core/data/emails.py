"""E-mail addresses: one form to write to and compare; what people typed is kept by the caller."""


def normalise_email(text: str) -> str:
    """The address with its domain in lower case, or "" when it cannot be one.

    The network is not asked; what stands before the @ keeps its case. Never raises.
    """
    from email_validator import EmailNotValidError, validate_email  # 20 ms, so not at start

    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return ""
