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

# The test of the whole road.
road-title = Test
road-run = Run
road-run-again = Run again
road-detail = Goes the whole road to the gateway: connect, encrypt, check the certificate, sign in, offer the sender. No fax is sent.
road-no-fax = No fax was sent.
road-stopped = Stopped. No fax was sent.
road-save-first = The test is of what is saved. Save the changes first.
road-millis = { $millis } ms

# The account screen.
account-form-name = Name
account-form-name-hint = What you call it
account-form-gateway = Gateway
account-form-which = Which gateway?
account-form-own-template = Any other gateway
account-form-own-template-detail = with an address template of your own
account-form-template = Number goes out as
account-form-goes-out = { $number } goes out as { $address }
account-form-server = Server
account-form-sender = Sender address
account-form-number = Your fax number
account-form-sender-name = Your name, for the message to the gateway
account-form-sign-in = Sign-in
account-form-by-password = Password
account-form-user = User name
account-form-user-hint = Leave it empty where nobody signs in
account-form-change-password = Change…
account-form-in-keyring = in the keyring
account-form-in-file = in the encrypted file
account-form-in-memory = in memory only: this is practice
account-form-password-is-kept = Kept { $place }, never shown.
account-form-password-kept = When you save, it is kept { $place }, never in the settings, and never shown.
account-form-token = Program that prints an access token
account-form-token-detail = It is run for each session; its output is the token. Nothing of it is kept.
account-form-external = The client certificate below speaks for you. A user name is needed only where the server asks for one.
account-form-bad-command = A quotation mark is not closed.
account-form-encryption = Encryption
account-form-starttls = STARTTLS, forced
account-form-implicit = Implicit TLS
account-form-no-plain = No unencrypted setting exists.
account-form-vouches = Trusted authorities
account-form-vouch-system = This computer’s
account-form-vouch-file = Those in a file
account-form-vouch-both = Both
account-form-ca = File of authorities (PEM)
account-form-no-ca = Choose the file of authorities.
account-form-server-name = Name that the certificate must carry, if it is not the server’s
account-form-identity = Client certificate, for a gateway that asks for one
account-form-no-identity = None
account-form-certificate = A file with another client certificate and its key, to be imported
account-form-crl = File of revoked certificates (CRL), if you have one
account-form-nist = Only what NIST SP 800-52r2 allows
account-form-no-dns = Do not ask the DNS what it announces of the gateway
account-form-no-dns-detail = Otherwise DANE and MTA-STS are asked for, and can only make the verdict stricter. The DNS then learns which gateway you use, as it does from the server’s name.
account-form-attachment = Pages are sent as
account-form-tiff-f = TIFF, Group 4
account-form-tiff-s = TIFF, plainest form
account-form-success = A delivery report of success means
account-form-handed-over = Handed over
account-form-faxed = Faxed
account-form-unchanged = The gateway passes pages on dot for dot
account-form-browse = Browse
account-form-unsaved = Changes that are not saved yet
account-form-unsaved-new = Nothing of it is kept yet
account-form-save = Save changes
account-form-add = Add and test
account-form-discard = Discard
account-form-saved = The changes are saved.
account-form-again = Try again
account-form-new = New account
account-form-new-title = A new account
account-form-another = Add an account
account-form-first = Set up a gateway
account-form-usual = The usual one
account-form-make-usual = Make it the usual one
account-form-remove = Remove
account-form-remove-title = Remove { $name }?
account-form-remove-detail = Its settings go, and its password and key with them. Faxes that were sent stay in the lists.
account-form-remove-waiting = { $count ->
    [0] No fax waits for it.
    [one] One fax waits for it. It stays in the outbox and is held; it cannot go out by another account.
   *[other] { $count } faxes wait for it. They stay in the outbox and are held; they cannot go out by another account.
}
account-form-removed = The account is removed.
account-form-test-later = When it is added, the whole road to the gateway is tested, step by step. No fax is sent by that.
account-form-self = Send a fax to yourself through the gateway
account-form-self-detail = One page to your own fax number. The gateway may charge for it.
account-form-no-own-number = To send one to yourself, fill in your own fax number and save.
account-self-subject = Test page to yourself
account-self-page = Faxseal test page

    Account: { $name }
    Sender: { $sender }

    You sent this page to your own fax number. If you read it on paper or in your inbox, the whole road works: from this computer to the gateway, and from the gateway to the machine that received it.

# Pinning.
account-pin-none = A self-signed gateway can be used by pinning its certificate after comparing its fingerprint with the gateway’s owner.
account-pin-ask = Pin a certificate…
account-pin-save-first = What is pinned is the certificate of the server that is saved. Save the changes first.
account-pin-since = Certificate pinned on { $day }
account-pin-with-note = Note: { $note }
account-pin-meaning = Faxes are encrypted to this very certificate. It is not verified: nobody but you vouches for it.
account-pin-look = Look at it…
account-pin-revoke = Revoke
account-pin-revoke-title = Revoke the pin?
account-pin-revoke-detail = From then on the certificate of { $host } must be vouched for by an authority that this account trusts. If none does, sending stops.
account-pin-title = Pin this gateway’s certificate
account-pin-changed-title = The certificate has changed
account-pin-looking = Opening a session with { $host } up to the handshake, to see its certificate. Nothing is sent.
account-pin-not-looked = The certificate of { $host } was not looked at.
account-pin-none-shown = { $host } showed no certificate: { $why }. You can still type the fingerprint that the gateway’s owner read out.
account-pin-self-signed = { $host } signs its own certificate, so no authority vouches for it. Compare the fingerprint with the gateway’s owner, by phone or on paper, not by e-mail.
account-pin-unknown-issuer = Nobody whom this account trusts vouches for { $issuer }, who signed the certificate of { $host }. Compare the fingerprint with the gateway’s owner, by phone or on paper, not by e-mail.
account-pin-compare = Compare the fingerprint of the certificate of { $host } with the gateway’s owner, by phone or on paper, not by e-mail.
account-pin-needless = The certificate of { $host } is verified: no pin is needed. With one, no other certificate is accepted any more, not even its verified successor.
account-pin-same = { $host } shows the certificate that you pinned.
account-pin-changed = { $host } shows another certificate than the one that you pinned, and sending has stopped. Ask the gateway’s owner, by phone or on paper, whether they changed it, and compare the new fingerprint. If they did not, somebody else may be answering.
account-pin-before = Pinned on { $day }
account-pin-now = Shown now
account-pin-same-key = Its key stayed the same: it was renewed by whoever holds the old key.
account-pin-new-key = Its key is new: it tells nothing about who made it.
account-pin-key-unknown = Whether its key stayed the same is not known: the pinned one was never seen here.
account-pin-summary-self-signed = Self-signed · { $key } · { $from } to { $to }
account-pin-summary = { $key } · { $from } to { $to }
account-pin-fingerprint = SHA-256 of the whole certificate
account-pin-pem-hide = hide PEM
account-pin-beyond-help = A pin does not help against this; sending stays stopped until it is mended:
account-pin-compared = I compared it, and it is the same
account-pin-typed = Or type the fingerprint that the owner read out
account-pin-typed-hint = 64 digits from 0 to F
account-pin-typed-short = A fingerprint has 64 digits from 0 to F.
account-pin-typed-same = It is the fingerprint of this certificate.
account-pin-typed-another = This is not the fingerprint of the certificate that the server shows. Do not pin it.
account-pin-typed-unseen = The certificate was not seen. If another one is shown, nothing is sent.
account-pin-note = Note
account-pin-note-hint = Such as who read it out, and when
account-pin-consequence = Faxes will be shown as “encrypted to a pinned certificate”, not as verified. A pin excuses who vouches for the certificate and for which name, and nothing else. If the certificate ever changes, sending stops.
account-pin-again = Look again
account-pin-pin = Pin

# The first start.
welcome-ca = File of the authority that vouches for the gateway (PEM), if it is not one that this computer knows
welcome-no-dialog = This system offers no file dialog. Type the path into the field.
