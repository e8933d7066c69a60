# Receipts that go to the senders of received faxes, where the user allows it. $address is the address they came to.
notification-taken-subject = Your message was processed successfully. (MDN)
notification-taken = This is a receipt for the fax that you sent to { $address }. Its pages were taken in. That is no guarantee that anybody has read them.
notification-unread-subject = Your message has been rejected. (MDN)
notification-unread = This is a receipt for the fax that you sent to { $address }. Its pages, or some of them, could not be read.
delivery-subject = Delivery report: your fax has arrived
delivery-words = Your message to { $address } has arrived. Nobody may have looked at it yet.

answers-on = Senders who ask for a receipt get one.
answers-off = No sender gets a receipt.
act-answered = A receipt to { $to }: { $outcome }
