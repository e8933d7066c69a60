# The address book.
contacts-no-name = Give the contact a name.
contacts-no-number = It has no fax number.
contacts-bad-number = “{ $number }”: { $why }
contacts-file-empty = This file has no contacts.
contacts-file-no-numbers = No column of this file holds fax numbers. Name one of them “Fax”.
contacts-file-too-many = This file has more than 100,000 entries. Split it.
contacts-file-not-text = This file is not a contact list. Use CSV or vCard.
contacts-unknown-form = { $path }: contacts are written as .csv or .vcf.
contacts-refused = Entry { $at } ({ $name }) is left out: { $why }
contacts-shares = Entry { $at }: { $name } has the same number as { $other }. Both are kept.
contacts-import-planned = { $new ->
    [one] { $new } new contact
   *[other] { $new } new contacts
}, { $changed } completed, { $known } known already, { $refused } left out. Nothing was changed yet.
contacts-import-done = { $new ->
    [one] { $new } new contact
   *[other] { $new } new contacts
}, { $changed } completed, { $known } known already, { $refused } left out.
cli-contacts-empty = The address book is empty. Add a contact, or import a CSV or vCard file.

help-contacts = The address book
help-contacts-list = All contacts
help-contacts-add = Add a contact
help-contacts-remove = Remove a contact
help-contacts-import = Take in a CSV or vCard file; a contact with the same name and number is completed, not doubled
help-contacts-export = Write the address book to a file, .csv or .vcf
help-contacts-name = A person, a practice, an office
help-contacts-number = A fax number; give it again for each further one, the usual one first
help-contacts-organisation = Where that person belongs
help-contacts-group = A group; give it again for each further one
help-contacts-note = Your own words
help-contacts-file = A CSV or vCard file
help-contacts-dry-run = Show what would change, and change nothing
help-contacts-output = The file to write: .csv or .vcf

contacts-loading = Reading the address book…
contacts-search = Search name, number, group or note
contacts-nothing-found = Nobody matches.
contacts-choose = Choose a contact to read or change it.
contacts-new = New contact
contacts-export = Export…
contacts-save = Save
contacts-discard = Discard
contacts-saved = The contact was saved.
contacts-deleted = The contact was deleted.
contacts-fax = New fax
contacts-name = Name
contacts-name-hint = A person, a practice, an office
contacts-organisation = Organisation
contacts-numbers = Fax numbers
contacts-label = Label
contacts-label-first = Label (usual number)
contacts-sub-address = Sub-address
contacts-bad-sub-address = A sub-address is 1 to 20 digits.
contacts-add-number = Another number
contacts-remove-number = Remove this number
contacts-first-number = Make it the usual number
contacts-more-numbers = { $number } and { $more } more
contacts-groups = Groups
contacts-groups-hint = such as Cardiologists, Pharmacies
contacts-note = Note
contacts-empty-title = No contacts yet
contacts-empty = People and places you send faxes to. Add one, or import a CSV or vCard file.
contacts-export-failed = The address book was not written: { $reason }
contacts-plan-title = Import contacts
contacts-plan-new = new
contacts-plan-adds = will be completed
contacts-plan-known = known already
contacts-plan-shares = new, with the number of { $other }
contacts-plan-entry = Entry { $at }
contacts-plan-more = and { $more } more
contacts-plan-accept = { $count ->
    [0] Nothing to import
    [one] Import { $count } contact
   *[other] Import { $count } contacts
}
files-contacts = Contact lists
files-csv = CSV, for spreadsheets
files-vcard = vCard
nav-contacts = Contacts
guess-recent = a fax was sent there
guess-caller = a fax came from there
