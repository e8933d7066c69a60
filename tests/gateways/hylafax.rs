//! The templates that HylaFAX fills in, filled in here.

/// A template as it would be mailed.
pub fn filled(template: &str) -> String {
    let mut message = template.replace("Quoted-Printable", "8bit");
    for (name, value) in [
        ("$SENDTO", "desk@office.example"),
        ("$FROMADDR", "fax@gw.example"),
        ("$DESTINATION", "+1.415.555.0123"),
        ("$JOBINFO", "17"),
        ("$jobid", "17"),
        ("$SENDER", "ACME Inc"),
        ("$PAGES", "4"),
        ("$npages", "4"),
        ("$CALLID1", "4155550123"),
        ("$CALLID2", ""),
        ("$HOSTNAME", "gw.example"),
    ] {
        message = message.replace(name, value);
    }
    message
}
