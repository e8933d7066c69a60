# Accounts: how one is changed.
help-account-set = Change a gateway in place; what is not given stays
help-set-account = The account to change
help-set-name = Call it this from now on
help-also-ca = Trust the authorities in this PEM file beside those that this computer recognises
help-pin-note = A note to the pin, such as who read the fingerprint out
help-clear = Leave it without this; may be given several times
help-usual = Make it the one that a new fax goes by
account-changed = { $name } is changed. Try it with “faxseal account test { $name }”.
account-pin-dropped = The pin was of another host or port, and is gone.
account-released = { $count ->
    [one] One fax that was held goes on.
   *[other] { $count } faxes that were held go on.
}
