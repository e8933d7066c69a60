# Reports on faxes that were sent: what they were known by, and those that do not come.
receipt-overdue = Accepted by the gateway { $when }, and no confirmation came since. Ask the recipient whether the fax arrived
receipt-known-by = { $words } (known by { $keys })
receipt-key-envid = the secret of its envelope
receipt-key-message-id = its Message-ID
receipt-key-address = the recipient’s address
receipt-key-number = the number
receipt-key-gateway = the gateway it comes from
receipt-key-pages = the count of pages
