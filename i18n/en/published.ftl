# What the DNS and a domain say of a server: DANE and MTA-STS.
check-dane = DANE
check-dane-matches = As the DNS announces
check-dane-failed = Not what the DNS announces
check-dns-forged = Answer of the DNS not signed
check-mta-sts = MTA-STS
check-mta-sts-names = Named by the domain’s policy
check-mta-sts-failed = Not named by the domain’s policy

published-not-asked = Not asked: the DNS is asked for the address alone, as you wish.
published-no-domain = Not asked: no public domain stands behind this server’s name.
published-unanswered = The DNS gave no answer that counts: { $detail }
published-forged = What the DNS says of { $name } should be signed, and is not, or not rightly. Somebody forged it, or the name server of this network loses signatures. It does not count.
published-no-tlsa = The DNS announces no certificate for { $name }.
published-tlsa-unsigned = The DNS announces a certificate for { $name }, but nobody vouches for that (no DNSSEC). It does not count.
published-tlsa-unusable = { $records ->
    [one] The DNS has a TLSA record, of a kind that is not for mail.
   *[other] The DNS has { $records } TLSA records, none of a kind for mail.
}
published-tlsa-matches = The DNS announces this certificate, and DNSSEC vouches for it (TLSA { $record }).
published-tlsa-differs = { $records ->
    [one] The DNS announces another certificate for { $name }, and DNSSEC vouches for it.
   *[other] The DNS announces { $records } other certificates for { $name }, and DNSSEC vouches for them.
}
published-not-for-submission = Not asked: MTA-STS is about the servers that take in the mail of a domain, on port 25. Mail is submitted to this one.
published-no-policy = { $domain } publishes no policy for its mail servers.
published-policy-off = { $domain } has taken its policy for mail servers back.
published-policy-unusable = { $domain } has a policy for its mail servers, which cannot be had: { $detail }
published-policy-names = The policy of { $domain } names this server ({ $pattern }).
published-policy-names-testing = The policy of { $domain }, which is still a test, names this server ({ $pattern }).
published-policy-names-others = The policy of { $domain } names other servers: { $servers }.
published-policy-names-others-testing = The policy of { $domain }, which is still a test, names other servers: { $servers }.

reason-dane = its certificate is not the one that the DNS announces
reason-mta-sts = its domain’s policy does not name it
help-no-dns = Do not ask the DNS what it announces of the server (DANE, MTA-STS)
account-dns = DNS
account-no-dns = asked for addresses only
