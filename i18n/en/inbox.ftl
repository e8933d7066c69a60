# Order among received faxes: labels, notes, who works on what, the archive.
act-labelled = Labelled “{ $label }”
act-unlabelled = Label “{ $label }” taken off
act-noted = A note was written
act-assigned = Given to { $name }
act-assigned-nobody = Given to nobody
act-archived = Archived
act-unarchived = Brought back from the archive
act-printed = Printed
act-rule-obeyed = The rule “{ $rule }” was obeyed

inbox-bad-name = That cannot be kept: a label or a name has 1 to 80 letters, a note 20,000 at most.

help-inbox-unread = Only those that nobody opened yet
help-inbox-label = Only those with this label
help-inbox-assigned = Only those that this person is to work on
help-inbox-archived = Those in the archive
help-inbox-deleted = Those that were deleted
help-inbox-since = Only those since a day (2026-11-23) or a moment (2026-11-23T09:00:00Z)
help-inbox-sort = In which order
help-inbox-most = Not more than so many
help-inbox-search = Find faxes by sender, number, subject, note, label or the words on their pages
help-inbox-words = Words, beginnings of words, or a part of a number; all must be found
help-inbox-change = Put labels on a fax, write a note, give it to somebody, archive it
help-inbox-add-label = Put this label on it
help-inbox-take-label = Take this label off
help-inbox-note = Write this note in place of the one that is there
help-inbox-assign = Give it to this person of the practice
help-inbox-nobody = Give it to nobody
help-inbox-archive = Put it into the archive
help-inbox-unarchive = Bring it back from the archive
cli-inbox-since = { $text } is neither a day nor a moment.
cli-inbox-none-found = Nothing was found.
received-labels = Labels
received-note = Note
received-assignee = Given to

inbox-search = Search sender, number or text
inbox-search-tip = Search sender, number, subject, labels, notes and the words on the pages
inbox-all = All
inbox-only-unread = Unread
inbox-filter = Filter and sort
inbox-filter-clear = Show everything
inbox-filter-shelf = Where
inbox-filter-since = Came in the last
inbox-filter-order = Order
inbox-filter-label = Label
inbox-filter-person = Given to
inbox-shelf-archive = Archive
inbox-shelf-deleted = Deleted
inbox-since-ever = Any time
inbox-since-day = Day
inbox-since-week = Week
inbox-since-month = Month
inbox-order-newest = Newest
inbox-order-oldest = Oldest
inbox-order-sender = Sender
inbox-order-pages = Pages
inbox-nothing-found = No fax here matches.
inbox-nothing-left = Nothing is left to be worked on.
inbox-nothing-archived = Nothing is in the archive.
inbox-nothing-deleted = Nothing was deleted.

inbox-reply = Reply by fax
inbox-reply-tip = A new fax to who sent this one
inbox-forward = Forward
inbox-forward-tip = The same pages, dot for dot, in a new fax
inbox-sign-return = Sign & return
inbox-sign-return-tip = Sign these pages and fax them back
inbox-copy-tip = Copy pages into the fax that is being written
inbox-archive = Archive
inbox-unarchive = Back to the inbox
inbox-restore = Take the deletion back
inbox-no-number = The message does not tell the sender’s number. Start a new fax and type it.

inbox-add-label = Label
inbox-label-title = Label this fax
inbox-label-hint = A label, such as “To sign”
inbox-label-enter = Label
inbox-assign-nobody = Nobody
inbox-assign-title = Who is to work on this fax?
inbox-assign-hint = A name, such as “Dr. Okafor”
inbox-assign-enter = Give
inbox-add-note = Note
inbox-note-title = Note on this fax
inbox-note-enter = Keep
inbox-copy-title = Copy which pages?
inbox-copy-hint = Such as 1, 3-4
inbox-copy-enter = Copy
inbox-copy-trouble = Name pages from 1 to { $count }, such as 1, 3-4.

inbox-did-unread = Marked as unread.
inbox-did-read = Marked as read.
inbox-did-label = Labelled “{ $label }”.
inbox-did-unlabel = The label “{ $label }” was taken off.
inbox-did-note = The note was kept.
inbox-did-assign = Given to { $name }.
inbox-did-assign-nobody = Given to nobody.
inbox-did-archive = Archived.
inbox-did-unarchive = Back in the inbox.
inbox-did-restore = The fax is back.

rule-no-name = The rule needs a name to be called by.
rule-name-taken = Another rule has this name.
rule-does-nothing = Say what the rule is to do: a label, a person, the archive, a notification, a number or a printer.
rule-number = The sender’s number is digits, and * for any others: +4930*.
rule-not-found = There is no rule of this name.
rule-when-any = every fax
rule-when-sender = from “{ $text }”
rule-when-number = from { $number }
rule-when-gateway = by { $text }
rule-when-text = with “{ $text }” in it
rule-then-label = label “{ $label }”
rule-then-assign = give it to { $name }
rule-then-archive = archive it
rule-then-notify = tell on the desktop
rule-then-forward = fax it on to { $number }
rule-then-print = print it
rule-then-print-on = print it on { $printer }
rule-off = { $words } (off)

print-absent = This computer has no print service that Faxseal could ask (the programs lp and lpstat of CUPS). Open the fax in a viewer and print it there.
print-refused = The print service refused: { $detail }
print-late = The print service did not answer.
ocr-absent = The words on pages cannot be searched: Tesseract is not installed. On Debian and Ubuntu: apt install tesseract-ocr, and tesseract-ocr-deu and the like for other languages.
ocr-failed = Tesseract failed: { $detail }
ocr-late = Tesseract took too long.

help-inbox-ocr = Read the words on pages that nobody read yet, by Tesseract
help-inbox-print = Print a received fax
help-inbox-printer = On this printer; without it, on the usual one
help-inbox-copies = How many copies
help-inbox-printers = List the printers
help-inbox-rules = Rules: what is done with received faxes by itself
help-rules-list = List the rules, in the order in which they are obeyed
help-rules-add = Add a rule; all that is asked must hold
help-rules-remove = Remove a rule
help-rules-try = Tell what each rule would do with the faxes that came last; nothing is done
help-rules-name = What it is called
help-rules-sender = Words in the sender’s name
help-rules-number = The sender’s number; * stands for any digits
help-rules-gateway = A part of the address that the message came from
help-rules-text = Words on the pages or in the subject
help-rules-label = Put this label on the fax
help-rules-assign = Give it to this person
help-rules-archive = Put it into the archive
help-rules-notify = Tell on the desktop that a fax came, and nothing of it
help-rules-forward = Fax its pages on to this number, by the usual account
help-rules-print = Print it, on this printer or on the usual one
cli-ocr-done = { $count ->
    [0] No page was left to be read.
    [one] 1 page was read.
   *[other] { $count } pages were read.
}
cli-printed = The fax was handed to the printer.
cli-no-printers = The system tells of no printer.
cli-printer-usual = { $name } (the usual one)
cli-no-rules = There are no rules.
cli-rules-none-meant = No rule means any of the faxes that came last.
cli-rule-later = { $rule } (once its words are read)

settings-rules = Rules
rules-title = Rules for received faxes
rules-detail = Each fax that comes in by the gateway is looked at once. All that a rule asks must hold.
rules-empty = Label, hand over, forward or print received faxes by themselves.
rules-new = New rule
rules-change = Rule
rules-try = Try them
rules-off = off
rules-name = Name
rules-name-hint = Laboratory reports
rules-when = A fax is meant if
rules-sender = the sender’s name holds
rules-number = the sender’s number is
rules-gateway = it came from an address with
rules-text = these words are on its pages or in its subject
rules-then = Then
rules-labels = label it
rules-labels-hint = Laboratory, Urgent
rules-assign = give it to
rules-forward = fax it on to
rules-archive = archive it
rules-notify = tell on the desktop
rules-print = print it
rules-printer = on the printer
rules-usual = the usual one
rules-off-tick = Not in force
rules-save = Keep
rules-saved = The rule is kept. It holds for what comes from now on.
rules-remove = Remove
rules-removed = The rule was removed.
rules-try-title = { $count ->
    [0] No fax is meant
    [one] 1 fax is meant
   *[other] { $count } faxes are meant
}
rules-try-detail = This is what the rules would have done with the faxes that came last. Nothing was done.
rules-close = Close

notify-received = A fax came in

inbox-page-before = The page before
inbox-page-after = The page after
inbox-page-of = { $page } / { $count }
inbox-turn-left = Turn to the left
inbox-turn-right = Turn to the right
inbox-invert = Black is white
inbox-despeckle = Take specks away
inbox-straighten = Straighten
inbox-print = Print
inbox-print-title = Print this fax
inbox-print-asking = Asking for printers…
inbox-print-none = The system tells of no printer. Open the fax in a viewer and print it there.
inbox-print-view = Open in viewer
inbox-print-copies = { $count ->
    [one] 1 copy
   *[other] { $count } copies
}
inbox-printed = The fax was handed to the printer.
keys-page-before = Page up
keys-page-after = Page down

inbox-roll = All pages below each other
