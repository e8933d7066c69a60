# The window.
app-name = Faxseal
app-name-unread = Faxseal ({ $count } unread)
app-practice = Practice: nothing leaves this computer
nav-new-fax = New fax
nav-inbox = Inbox
nav-outbox = Outbox
nav-security = Security
nav-settings = Settings

indicator-verified = Verified, encrypted
indicator-pinned = Encrypted, pinned
indicator-stopped = Sending stopped
indicator-not-checked = Not checked yet
indicator-no-gateway = no gateway is set up
indicator-not-reached = Could not be reached
indicator-unreached = tried { $when }
indicator-checking = checking now
indicator-checked = { $version } · checked { $when }
indicator-press-check = open to check it
indicator-open = Show what was checked

ago-now = just now
ago-minutes = { $minutes } min ago
ago-hours = { $hours } h ago
ago-days = { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}

page-number = Page { $number } of { $count }
page-percent = { $percent } %
page-zoom-in = Larger
page-zoom-out = Smaller
page-fit = Show the whole page
page-true-size = Show at true size

close = Close
cancel = Cancel
undo = Undo
copied = Copied
import = Import…
save-as = Save as…
delete = Delete

inbox-unread = { $count } unread
inbox-empty-title = No faxes yet
inbox-empty = Received faxes appear here. Import a message or a fax that you have as a file.
inbox-empty-practice = Received faxes appear here. Send a fax to your own practice number, and it comes back.
inbox-loading = Reading the inbox…
inbox-unknown-caller = Unknown caller
inbox-choose = Choose a fax to read it.
inbox-reading = Reading the page…
inbox-no-pages = No page of this fax could be read. Save it as a message to keep what came.
inbox-facts = { $number } · { $when } · { $pages }, { $resolution }
inbox-facts-no-number = { $when } · { $pages }, { $resolution }
inbox-origin-practice = from the practice gateway
inbox-origin-import = imported
inbox-origin-mailbox = from the mailbox
inbox-origin-receiver = received directly
inbox-damaged = Damaged: { $damage }
inbox-deleted = The fax was deleted.
inbox-saved = Saved as { $file }
inbox-imported = { $count ->
    [one] One fax came in.
   *[other] { $count } faxes came in.
}
inbox-imported-receipt = The report was filed with its fax.
inbox-imported-known = This message had come in before.
inbox-imported-other = There is no fax in this message. It was kept.
inbox-imported-nothing = Nothing came in.
inbox-import-failed = { $file } was not imported: { $reason }
inbox-save-failed = The fax was not saved: { $reason }
inbox-yesterday = Yesterday

files-documents = Documents
files-faxes = Faxes and messages
files-pdf = PDF
files-tiff = TIFF
files-png = PNG, this page
files-message = The message as it came
files-json = JSON
files-text = Text

path-open-title = Which file?
path-open-detail = This system offers no file dialog. Type or paste the path of the file.
path-save-title = Save where?
path-save-detail = This system offers no file dialog. Type the path of the new file. Its ending chooses the form: { $endings }.
path-placeholder = /home/…
path-open = Open
path-save = Save

compose-title = New fax
compose-to = To
compose-to-placeholder = Name or fax number
compose-recipient-facts = { $country }, { $kind } · sends as { $address }
compose-recipient-facts-plain = { $country } · sends as { $address }
compose-recipient-no-gateway = { $country }
compose-recipient-twice = This number is already there.
compose-remove-recipient = Remove { $name }
compose-subject = Subject
compose-subject-placeholder = Only for you: it is not sent
compose-documents = Documents
compose-drop = Drop PDF, TIFF, pictures or text
compose-drop-or = files here, or
compose-browse = browse
compose-add-tip = Add files
compose-document-waiting = Waiting
compose-document-opening = Opening…
compose-document-done = { $kind } · { $pages }
compose-document-up = Move up
compose-document-down = Move down
compose-document-remove = Remove this document
compose-password = Password of the document
compose-password-use = Unlock
compose-kind-pdf = PDF
compose-kind-png = PNG picture
compose-kind-jpeg = JPEG picture
compose-kind-bmp = BMP picture
compose-kind-gif = GIF picture
compose-kind-webp = WebP picture
compose-kind-tiff = TIFF
compose-kind-text = Text
compose-resolution = Resolution
compose-preview-sent = As sent
compose-preview-sent-tip = These are the dots that go to the gateway. The gateway may convert them on the way.
compose-preview-received = As the recipient sees it
compose-preview-received-tip = These are the dots that go over the line: the gateway passes them on unchanged.
compose-empty = Add a document to see its pages here, exactly as they will be sent.
compose-facts = { $pages } × { $recipients }
compose-estimate = ≈ { $duration } on the line each · { $bytes }
compose-send = Send securely
compose-sending = Preparing…
compose-missing-recipient = Add a recipient to send.
compose-missing-document = Add a document to send.
compose-missing-pages = The documents are still being read.
compose-missing-fix = A document could not be read: remove it or mend it.
compose-missing-gateway = No gateway is set up yet: nothing can be sent.
compose-missing-address = The gateway has no address for a recipient.
compose-pasted-picture = Pasted picture.png
compose-pasted-text = Pasted text.txt
compose-paste-nothing = The clipboard holds no file, picture or text.
compose-practice = Practice numbers
compose-practice-tip = These numbers show what can happen. Any other number takes the fax.
compose-practice-own = comes back to your inbox
compose-practice-own-pdf = comes back as PDF
compose-practice-busy = is busy
compose-practice-no-answer = does not answer
compose-practice-not-a-fax = is not a fax machine
compose-practice-refused = is refused for good
compose-practice-later = is put off
compose-practice-hangs-up = loses the connection
compose-account = By

drop-title = { $count ->
    [one] Drop to add 1 file
   *[other] Drop to add { $count } files
}
drop-detail = They become pages at the end of this fax
drop-import-title = { $count ->
    [one] Drop to import 1 message
   *[other] Drop to import { $count } messages
}
drop-import-detail = The faxes in them go to the inbox

outbox-empty-title = Nothing to be sent
outbox-empty = Faxes that wait or are under way appear here, and below them what was sent.
outbox-sent = Sent and settled
outbox-detail = { $subject } · { $pages }
outbox-cancel = Cancel
outbox-try-now = Try now
outbox-resolve = Resolve…
outbox-progress = { $stage } … { $percent } %
outbox-hold = Goes out in { $seconds } s
outbox-cancelled = The fax was taken back.
outbox-loading = Reading the outbox…

doubt-title = Was this fax sent?
doubt-what = The connection ended { $when } after the last byte and before the gateway answered. It may have the fax to { $recipient } ({ $pages }), or it may not.
doubt-know = What we know
doubt-handed = The pages were handed to the network, perhaps to the end
doubt-no-answer = No answer came from the gateway
doubt-no-confirmation = No confirmation has come in yet
doubt-twice = Sending it again could deliver it twice.
doubt-wait = Keep waiting for a confirmation
doubt-sent = It was sent
doubt-again = Not sent, send again

security-title = Connection security
security-save = Save report
security-settings = Account settings
security-check = Check now
security-stop = Stop
security-checking = Checking…
security-checking-detail = Opening a session up to the handshake. Nothing is sent.
security-not-checked-detail = { $host } · nothing is known yet. A check opens a session up to the handshake and sends nothing.
security-no-gateway = No gateway is set up yet.
security-checks = Checks
security-chain = Certificate chain
security-no-chain = The server showed no certificate.
security-certificate = Server certificate · { $key } · serial { $serial } · { $names }
security-intermediate = Intermediate · { $key } · valid to { $date }
security-root = Trusted authority · { $key } · valid to { $date }
security-fingerprint = SHA-256 { $fingerprint }
security-copy = copy
security-pem = view PEM
security-pem-title = Certificates in PEM
security-pem-copy = Copy
security-transcript = Session transcript
security-no-transcript = Nothing was said.
security-saved = Saved as { $file }
security-save-failed = The report was not saved: { $reason }
security-held = Sending stopped
security-warning = Look at this
security-passed = passed
security-failed = failed
security-unknown = not known
security-not-applicable = does not apply

welcome-claim = Faxes that leave sealed, or do not leave at all.
welcome-detail = Every fax goes to your gateway inside TLS, to a server whose certificate you can see. If that cannot be had, nothing is sent.
welcome-title = Which gateway sends your faxes?
welcome-step-gateway = Your gateway
welcome-step-sign-in = Sign in, kept encrypted
welcome-step-check = Check the connection
welcome-more = More gateways…
welcome-more-detail = all that Faxseal knows
welcome-other = Other gateway…
welcome-other-detail = any address template
welcome-template = Address, with one of { "{" }digits{ "}" }, { "{" }e164{ "}" }, { "{" }national{ "}" }, { "{" }idd{ "}" } for the number
welcome-server = Mail server that takes your faxes
welcome-port = Port
welcome-sender = You are known to the gateway as
welcome-number = Your own fax number, if you have one
welcome-number-word = number
welcome-host-word = server
welcome-forced = STARTTLS is forced. It cannot be turned off.
welcome-sign-in-title = How do you sign in?
welcome-sign-in-detail = The password is used only inside TLS, to a server whose certificate holds. Leave both empty if the server asks for none.
welcome-user = User name
welcome-password = Password
welcome-checking = Connecting, and looking at the certificate…
welcome-not-checked = The connection was not checked.
welcome-continue = Continue
welcome-check = Add and check
welcome-back = Back
welcome-done = Open the inbox
welcome-no-server = The mail server is missing. Your gateway or mail provider names it, such as smtp.provider.example.
welcome-bad-port = The port is a number from 1 to 65535; 587 is customary.
welcome-no-password = The password is missing. Leave the user name empty too if the server asks for none.
welcome-no-sender = Your address is missing. Gateways take faxes only from an address that they know.
welcome-practice = Try it with the practice gateway on this computer
welcome-inbox = Later
welcome-failed = The practice gateway did not start: { $reason }

close-title = { $count ->
    [one] One fax has not gone out yet
   *[other] { $count } faxes have not gone out yet
}
close-detail = { $count ->
    [one] It waits in the outbox. If you close now, it goes out when Faxseal runs again.
   *[other] They wait in the outbox. If you close now, they go out when Faxseal runs again.
}
close-detail-practice = This is a practice profile: closing it throws its faxes away.
close-when-sent = { $count ->
    [one] Close when it is out
   *[other] Close when they are out
}
close-now = Close now
close-stay = Stay open
close-waiting = Closing when the outbox is done…

display-none = There is no display to open a window on.
display-none-advice = Start Faxseal from a graphical session, or use its commands: see “faxseal --help”.
display-unreachable = The display { $display } cannot be reached: { $detail }
display-library = The window needs a library that is not installed: { $library }
display-library-advice = Install it (on Debian: { $package }), or use the commands: see “faxseal --help”.

keys-enter = Enter
keys-delete = Del
