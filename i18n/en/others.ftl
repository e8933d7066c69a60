# Messages that are neither faxes nor reports on one of ours.
help-inbox-others = List the messages that are neither faxes nor reports on one of yours, or show one
help-inbox-others-id = Show this one, with the addresses of the web that it names; they are not followed
help-inbox-others-output = Save this one as it came (.eml)
others-none = No other messages.
others-no-subject = (no subject)
others-links = Addresses that it names, not followed:
