"""What addons are asked when somebody is erased."""

from core.modules.events import Hook

# Called with the record: a sentence why it cannot be erased now, or None.
erasing = Hook("core.erasing")

# Called with the record, whose values stand yet, in the transaction that erases them: whoever keeps
# copies of them aside erases those, as by `erase_fields`. It answers None.
erased = Hook("core.erased")
