fact-not-imap = The server does not speak IMAP as it must: { $detail }
fact-preauth = The server claimed that we are signed in already, before anything was encrypted. Nobody is signed in so early: it, or somebody in its place, wants to keep the session in the open.

verdict-refused-mailbox = Fetching stopped: { $reason }
verdict-refused-mailbox-detail = Nothing was read, and no password was sent. Faxes stay in the mailbox and are fetched when the connection is secure again.
verdict-unreached-mailbox = The mailbox could not be reached
reason-preauth = someone pretends that no encryption is needed
reason-starttls-mailbox = the mail server offers no encryption
reason-tls-version-mailbox = the mail server’s encryption is out of date
reason-cipher-suite-mailbox = the mail server’s encryption is too weak
reason-authority-mailbox = nobody recognised vouches for the mail server
reason-validity-mailbox = the mail server’s certificate has expired
reason-validity-early-mailbox = the mail server’s certificate is not valid yet
reason-signature-mailbox = the mail server did not prove its identity
reason-staple-missing-mailbox = the mail server did not show that its certificate was not revoked
reason-client-certificate-mailbox = the mail server refused this computer’s certificate

help-check-protocol = What the server at HOST:PORT speaks: smtp for a gateway, imap for a mailbox
check-protocol-needs-server = --protocol goes with HOST:PORT, or with a host and --tls

help-mailbox = Set the mailbox that received faxes are fetched from
help-mailbox-set = Set the mailbox, or set it anew; the password of before stays with the mailbox of before
help-mailbox-show = Show how the mailbox is set
help-mailbox-test = Sign in and look into every folder; changes nothing
help-mailbox-remove = Forget the mailbox and its password; what was fetched stays
help-mailbox-password = Change the password
help-mailbox-host = Host name or address of the mail server (IMAP)
help-mailbox-port = Its port; 993, or 143 with STARTTLS, if not given
help-mailbox-user = The user name to sign in with
help-mailbox-folder = A folder that faxes arrive in; may be given several times
help-mailbox-since = Leave mail alone that arrived before this day; 30 days ago if not given
help-mailbox-afterwards = What happens in the mailbox to faxes and reports that were fetched
help-mailbox-move-to = Move faxes and reports that were fetched to this folder
help-mailbox-authserv-id = The name under which your own mail server records what it found of a sender (Authentication-Results)
help-inbox-fetch = Fetch new faxes from the mailbox, once
help-inbox-fetch-watch = Stay, wait for new mail, and fetch it as it comes

mailbox-set = The mailbox is set.
mailbox-removed = The mailbox is forgotten. What was fetched stays.
mailbox-password-kept = The password of the mailbox is kept.
mailbox-folders = Folders
mailbox-since = Mail since
mailbox-afterwards = Afterwards
mailbox-authserv-id = Own server
mailbox-starttls = STARTTLS, forced
mailbox-leave = left as it was
mailbox-mark-seen = marked as seen
mailbox-move = moved to { $folder }
mailbox-delete = deleted
mailbox-folder-found = { $folder }: { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
}
mailbox-nothing-new = Nothing new.

mailbox-not-set = No mailbox is set. Set one with “faxseal mailbox set”, or in Settings.
mailbox-busy = Another Faxseal of this profile fetches from the mailbox already.
mailbox-no-folder = Name at least one folder to read.
mailbox-unreached = The mailbox could not be reached: { $detail }
mailbox-insecure = Nothing was fetched: { $reason }. Faxes stay in the mailbox.
mailbox-closed = The mail server ended the session at once: { $reply }
mailbox-sign-in-not-now = The mail server lets nobody in now: { $reply }
mailbox-sign-in-refused = The mail server refused to let us in: { $reply } Look at the user name and the password.
mailbox-no-way-to-sign-in = The mail server offers no way to sign in.
mailbox-no-mechanism = The mail server offers none of the ways to sign in that the mailbox is set to: { $offered }
mailbox-unprepared = The user name or the password has characters that the mail server’s way to sign in cannot carry.
mailbox-untrue = The mail server did not sign in with us as it must: { $detail }
mailbox-no-such-folder = The folder { $folder } cannot be opened: { $reply }
mailbox-bad-folder = “{ $folder }” is no name of a folder.
mailbox-refused = The mail server refused what was asked of it: { $reply }
mailbox-lost = The connection with the mailbox was lost: { $detail }

mailbox-status-off = No mailbox is set.
mailbox-status-elsewhere = Another Faxseal of this profile fetches from the mailbox.
mailbox-status-connecting = Connecting with the mailbox…
mailbox-status-fetching = Fetching from { $folder }: { $message } of { $of }
mailbox-status-waiting = Up to date { $when }; waiting for new faxes.
mailbox-status-retry = { $error } Tried again { $when }.

route-no-sender = nobody named
route-unnamed = a server without a name
route-not-asked = From { $from }. Whether that is true is not known: tell with --authserv-id which server is your own.
route-nothing = From { $from }. Whether that is true is not known: your own server recorded nothing.
route-passed = From { $from }, which your own server found to be true ({ $results }).
route-failed = Claims to be from { $from }, and your own server found that it is not ({ $results }). Do not trust what it says.
route-unclear = From { $from }. Your own server could not tell whether that is true ({ $results }).
route-hops = Its way, in the servers’ own words, which nobody can check:
route-hop = { $from } → { $by }: { $how }
route-tls = encrypted ({ $words })
route-no-tls = nothing said of encryption
