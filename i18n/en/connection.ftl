# The Security screen: what a verdict means for the faxes that wait, and what can be done.
connection-submission = Submission
connection-mailbox = Mailbox
connection-receiver = Receiver
connection-receiving-settings = Receiving settings
connection-no-mailbox = Received faxes can be fetched from a mailbox, over a connection that is checked like that to the gateway.
connection-checked = { $host } · checked { $when }
connection-none-waits = no fax waits
connection-go-on = { $count ->
    [one] 1 fax waits and goes on
   *[other] { $count } faxes wait and go on
}
connection-held = { $count ->
    [one] 1 fax is held: see the outbox
   *[other] { $count } faxes are held: see the outbox
}
connection-last-sent = last fax sent this way { $when }
connection-refused-none = Nothing was sent, and nothing is sent until { $mended }.
connection-refused = { $count ->
    [one] Nothing was sent. 1 fax is held in the outbox and goes out when { $mended }.
   *[other] Nothing was sent. { $count } faxes are held in the outbox and go out when { $mended }.
}
connection-unreached = { $host }: { $detail }
connection-unreached-waiting = { $count ->
    [0] { $what }. Nothing is known of it now; no fax waits.
    [one] { $what }. 1 fax waits and is tried again by itself.
   *[other] { $what }. { $count } faxes wait and are tried again by themselves.
}
connection-account-held = { $count ->
    [one] { $what }. 1 fax is held.
   *[other] { $what }. { $count } faxes are held.
}

mended-starttls = the gateway offers encryption again
mended-tls = the gateway’s encryption is modern again
mended-validity = the gateway’s certificate is valid again
mended-identity = the gateway shows a certificate of its own name
mended-pin = the gateway shows the pinned certificate again, or you pin the new one
mended-client = the gateway takes this computer’s certificate
mended-other = the connection is secure again

connection-save-certificates = Save…
connection-copy-fingerprint = Copy fingerprint
connection-copy-certificate = Copy PEM
connection-save-certificate = Save PEM…
connection-open-certificate = Show everything that it says
connection-close-certificate = Show less
connection-history = Certificates that this host has shown
connection-history-row = { $from } to { $until }
connection-history-now = shown now
connection-history-change = { $when }: { $what }
connection-change-key = a new certificate with the same key
connection-change-certificate = a new certificate and key of the same issuer
connection-change-issuer = a new certificate of another issuer
files-pem = Certificates (PEM)
