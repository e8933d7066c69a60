# A message that looks like a gateway's and may be somebody else's. $gateway is what people call the gateway.
pretence-mark = Doubtful sender
pretence-other-sender = This looks like a message of { $gateway }, and comes from { $sender }, which is no address of { $gateway }. Do not open its links, and do not trust what it says.
pretence-failed = This claims to come from { $gateway }, and your own server found that it does not ({ $results }). Do not open its links, and do not trust what it says.
pretence-not-vouched = This claims to come from { $gateway }, and your own server recorded nothing that vouches for it. Ask the sender by another way before you act on it.
pretence-other-way = This claims to come from { $gateway }, and was handed to the receiver by somebody who showed no certificate. Ask the sender by another way before you act on it.
