# What a certificate says, and the report of a connection as text.
certificate-subject = Subject
certificate-issuer = Issuer
certificate-serial = Serial number
certificate-version = Version
certificate-valid-from = Valid from
certificate-valid-to = Valid to
certificate-key = Public key
certificate-key-exponent = { $key }, exponent { $exponent }
certificate-key-value = SHA-256 of the key’s value
certificate-spki = SHA-256 of the key (SPKI)
certificate-signed-with = Signature
certificate-sha256 = SHA-256 fingerprint
certificate-sha1 = SHA-1 fingerprint
certificate-names = Names (SAN)
certificate-issuer-names = Other names of the issuer
certificate-key-usage = Key usage
certificate-purposes = Extended key usage
certificate-constraints = Basic constraints
certificate-authority-yes = an authority
certificate-authority-length = { $count ->
    [0] an authority, with no other authority below it (path length 0)
    [one] an authority, with 1 other below it at most (path length { $count })
   *[other] an authority, with { $count } others below it at most (path length { $count })
}
certificate-authority-no = not an authority
certificate-name-constraints = Name constraints
certificate-permitted = only { $name }
certificate-excluded = not { $name }
certificate-policies = Policies
certificate-access = Authority information
certificate-lists = Revocation lists
certificate-logs = Public logs (SCT)
certificate-no-logs = no proof of an entry is in the certificate
certificate-log = { $when }, log { $log }
certificate-subject-key = Subject key identifier
certificate-authority-key = Authority key identifier
certificate-authority-serial = serial { $serial }
certificate-features = TLS features
certificate-must-staple = a stapled OCSP response is demanded (must-staple)
certificate-other = { $bytes ->
    [one] { $bytes } byte
   *[other] { $bytes } bytes
}
certificate-unreadable = cannot be read
certificate-critical = { $label }, critical
certificate-more = and { $count } more
certificate-moment = { $day }, { $time } UTC
certificate-role-server = Server certificate
certificate-role-intermediate = Intermediate, sent by the server
certificate-role-anchor = Authority that is trusted here
certificate-role-root = Root, sent by the server
name-dns = DNS { $name }
name-ip = IP { $name }
name-email = e-mail { $name }
name-uri = URI { $name }
name-directory = directory { $name }
name-registered = registered identifier { $name }
name-other = other { $name }

report-line = Faxseal { $version } · connection report of { $when }
report-server = Server { $host }, certificate to be for { $name }
report-tls = { $version } · { $suite } · { $exchange }
report-number = { $number }. { $role }: { $name }
report-history-row = { $from } to { $until } · { $name }
report-time = { $ms } ms
