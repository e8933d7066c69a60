# Order among received faxes: labels, notes, who works on what, the archive.
act-labelled = Labelled “{ $label }”
act-unlabelled = Label “{ $label }” taken off
act-noted = A note was written
act-assigned = Given to { $name }
act-assigned-nobody = Given to nobody
act-archived = Archived
act-unarchived = Brought back from the archive
act-printed = Printed

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
