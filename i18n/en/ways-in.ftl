# Receiving, in Settings: the mailbox and the built-in receiver.
receiving-road-stopped = Stopped. Nothing was changed in the mailbox.
receiving-road-nothing-changed = Nothing was changed in the mailbox.

# Pinning the mailbox's server.
mailbox-pin-none = A self-signed mail server can be used by pinning its certificate after comparing its fingerprint with the server’s owner.
mailbox-pin-meaning = Faxes are fetched over a connection to this very certificate. It is not verified: nobody but you vouches for it.
mailbox-pin-revoke-detail = From then on the certificate of { $host } must be vouched for by an authority that the mailbox trusts. If none does, fetching stops.
mailbox-pin-title = Pin the mail server’s certificate
mailbox-pin-none-shown = { $host } showed no certificate: { $why }. You can still type the fingerprint that the server’s owner read out.
mailbox-pin-self-signed = { $host } signs its own certificate, so no authority vouches for it. Compare the fingerprint with the server’s owner, by phone or on paper, not by e-mail.
mailbox-pin-unknown-issuer = Nobody whom the mailbox trusts vouches for { $issuer }, who signed the certificate of { $host }. Compare the fingerprint with the server’s owner, by phone or on paper, not by e-mail.
mailbox-pin-compare = Compare the fingerprint of the certificate of { $host } with the server’s owner, by phone or on paper, not by e-mail.
mailbox-pin-changed = { $host } shows another certificate than the one that you pinned, and fetching has stopped. Ask the server’s owner, by phone or on paper, whether they changed it, and compare the new fingerprint. If they did not, somebody else may be answering.
mailbox-pin-beyond-help = A pin does not help against this; fetching stays stopped until it is mended:
mailbox-pin-consequence = The mailbox will be shown as “encrypted to a pinned certificate”, not as verified. A pin excuses who vouches for the certificate and for which name, and nothing else. If the certificate ever changes, fetching stops.

# The section.
settings-receiving = Receiving
receiving-mailbox = Mailbox
receiving-mailbox-detail = Faxes that your gateway sends as mail are fetched from here (IMAP). Other seats and phones can share it.
receiving-receiver = Built-in receiver
receiving-receiver-detail = Takes faxes from your gateway directly, by forced STARTTLS. It is for an arrangement with a gateway, not an address for everyone.
receiving-take-out = Take out
receiving-client-certificate = Client certificate, for a mail server that asks for one
receiving-save-and-test = Save and test

# The mailbox.
receiving-folders = Folders that faxes arrive in
receiving-add-folder = Add a folder
receiving-afterwards = What happens there to faxes and reports that were fetched
receiving-leave = Nothing
receiving-mark-seen = Marked as seen
receiving-move = Moved
receiving-delete = Deleted
receiving-delete-detail = Only after they are on disk here, and only faxes and reports; other mail is left alone.
receiving-move-to = To this folder
receiving-since = Leave mail alone that arrived before
receiving-since-detail = Empty: all of it is looked at.
receiving-authserv = Your own server’s name
receiving-authserv-detail = As it stands in Authentication-Results. What it recorded of a sender is believed; nobody else’s records are.
receiving-no-server = The mail server is missing. Your mail provider names it, such as imap.provider.example.
receiving-bad-port = The port is a number from 1 to 65535; 993 is customary.
receiving-no-user = The user name is missing. It is often the whole address.
receiving-no-password = The password of this mailbox is missing.
receiving-bad-day = A day is written like 2026-11-25.
receiving-no-move-to = Name the folder that faxes are moved to.
receiving-mailbox-saved = The mailbox is saved.
receiving-fetching = Fetching
receiving-fetch = Fetch now
receiving-not-set = No mailbox is set yet. Fill in its server, your user name and the password.
receiving-test-later = When it is saved, the whole road to the mailbox is tested, step by step. Nothing is changed there by that.
receiving-road-detail = Goes the whole road to the mailbox: connect, encrypt, check the certificate, sign in, look into every folder. Nothing is changed there.
receiving-remove-title = Forget the mailbox at { $host }?
receiving-remove-detail = Its settings and its password go. What was fetched stays in the inbox, and nothing changes in the mailbox.

# The built-in receiver.
receiving-on = Runs while this window is open
receiving-address = Address to listen on
receiving-address-detail = “::” is every address of this computer. The gateway must be able to reach the port; a router or firewall may have to let it through.
receiving-certificate = Its certificate
receiving-certificate-file = In a file
receiving-certificate-pem = Certificate and chain (PEM)
receiving-key-pem = Private key (PEM), if it is in another file
receiving-make-certificate = One of your own can be made or imported under Certificates; its key is then in the keyring.
receiving-recipients = Addresses that faxes are taken for
receiving-add-recipient = Add an address
receiving-demand = Only clients with the right certificate may hand in faxes
receiving-demand-nothing = Now anybody who reaches the port can hand in faxes for these addresses.
receiving-demand-detail = Recognised by an authority together with a name, or by the certificate itself. Everybody else hears 554, and nothing is taken.
receiving-client-ca = Authorities that vouch for clients (PEM)
receiving-client-names = Names, one of which the client’s certificate must carry
receiving-add-name = Add a name
receiving-client-pins = Or certificates of clients, by their SHA-256
receiving-add-pin = Add a certificate
receiving-bad-address = This is not an IP address, such as :: or 192.0.2.10.
receiving-bad-listen-port = The port is a number from 1 to 65535; those below 1024 want a privilege.
receiving-no-certificate = Choose a certificate: without one nothing can be encrypted.
receiving-no-recipient = Name at least one address that the gateway sends to.
receiving-no-client-name = An authority vouches for many: say which name the gateway’s certificate carries.
receiving-no-client-ca = A name counts only if somebody vouches for it: choose the authorities too.
receiving-nothing-demanded = Say what is demanded: an authority and a name, or a certificate.
receiving-listening = Listening
receiving-listens = The receiver listens on { $address }.
receiving-receiver-saved = The receiver’s settings are saved. It does not run with the window.
receiving-receiver-not-set = It is not set up yet.
receiving-receiver-off = It is set up, and does not run with this window. “faxseal receive” runs it alone.
