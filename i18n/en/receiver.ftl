# The built-in receiver: who hands faxes in, and what was found of them.
fact-commands-injected = Commands came together with STARTTLS, to be taken for what comes inside TLS. The session was ended.
fact-for-clients = It may be used by clients (clientAuth).
fact-not-for-clients = The certificate may not be used by a client.
fact-authority-as-client = A certificate of an authority is used as a client's.
fact-client-not-demanded = Clients are not asked for a certificate: the connection is encrypted, and nobody knows to whom.
fact-client-not-shown = The client was asked for a certificate and showed none.
fact-client-shown = The client showed the certificate of { $subject }.

# The connection by which a fax came.
transport-not-asked = over { $version }, sender not identified
transport-verified = over { $version }, certificate verified
transport-pinned = over { $version }, certificate pinned
transport-refused = over { $version }, certificate refused
inbox-origin-receiver-over = received directly { $over }
received-transport = Connection
received-transport-detail = { $suite } from { $peer }, which calls itself { $helo }
received-client = Client certificate
received-client-detail = { $subject } · SHA-256 { $fingerprint }

# Who uses a certificate of our own.
identity-user-receiver = the receiver

# The command.
help-receive = Take faxes from a gateway directly, by forced STARTTLS
help-receive-long =
    Runs the built-in receiver in the foreground: the accepting side of a gateway’s own TLS service, as it is set up, or as the options say. It forces STARTTLS, and so it is for a private arrangement with a gateway, never for an address that everyone writes to.

    What it takes is on disk before it says so. It ends on Ctrl-C or SIGTERM, when the sessions under way are done.
help-receive-listen = Where to listen, such as [::]:2525
help-receive-identity = Its certificate among our own (see faxseal identity)
help-receive-cert = Its certificate with the chain to the authority, in PEM
help-receive-key = The private key to it, in PEM, where it is not in the same file
help-receive-recipient = Take faxes for this address; nothing is taken for others
help-receive-ca = Take faxes only from clients whose certificate these authorities vouch for
help-receive-name = and whose certificate carries one of these names
help-receive-pin = Take faxes from the client with this certificate (SHA-256 of it)
receive-listens = Listening on { $address } as { $name }.
receive-demands = Only clients with the right certificate can hand in faxes.
receive-demands-nothing = Any client that reaches it can hand in faxes: no client certificate is required.
receive-ends = Ending when the sessions under way are done.
receive-arrived = Message { $id } from { $peer } { $over }: { $found }

# Why it does not start.
receiver-not-set = The receiver has no certificate. Give --cert FILE or --identity NAME, or set it up in the settings.
receiver-running = The receiver runs already.
receiver-no-recipient = The receiver has no recipient: name the addresses that the gateway sends to (--recipient).
receiver-bad-recipient = “{ $address }” is not an address like fax@example.org.
receiver-no-client-name = An authority vouches for many: say which name the gateway’s certificate carries (--client-name).
receiver-no-client-authority = A name counts only if somebody vouches for it: give the authority too (--require-client-ca).
receiver-identity = The receiver’s certificate cannot be used: { $detail }
receiver-authorities = The file of authorities cannot be used: { $detail }
receiver-listen = { $address } cannot be listened on: { $detail }. Another program may use this port, or a port below 1024 may want a privilege.

# The receiver on the Security screen.
receiver-runs = Ready to receive, encrypted only
receiver-does-not-run = The receiver does not run
receiver-off = The receiver is off
receiver-off-detail = Faxes can also be taken from a gateway directly, by forced STARTTLS with a certificate of your own.
receiver-rules = What a client meets
receiver-forces = Without it every command hears 530, and nothing is taken.
receiver-versions = Only { $versions }
receiver-suites = { $suites }
receiver-exchanges = Key exchange
receiver-demands-none = No client certificate is demanded
receiver-demands = A client certificate is demanded
receiver-demands-authority = Vouched for by { $file }, with one of the names { $names }.
receiver-demands-pins = By itself: the certificate with the SHA-256 { $pins }.
receiver-takes = Takes faxes for
receiver-certificate = Its certificate
receiver-certificate-detail = Give the fingerprint to the gateway’s owner, by phone or on paper: by it they know that they reach you.
receiver-no-certificate = It has none yet.
receiver-sessions = Last sessions
receiver-no-session = Nobody has come yet.
receiver-came = { $peer } · { $when }
receiver-came-as = { $peer }, calls itself { $helo } · { $when }
receiver-session-open = not encrypted: nothing was taken
receiver-taken = { $count ->
    [0] No message · { $over }
    [one] 1 message · { $over }
   *[other] { $count } messages · { $over }
}
