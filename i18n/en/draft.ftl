## Drafts, and what is done to their pages

draft-saved = Draft saved { $time }
draft-not-saved = Draft not saved
redo = Redo
keys-shift = Shift+{ $key }

drafts-title = Drafts
drafts-empty-title = No drafts
drafts-empty-detail = A fax that you begin is kept here until you send it, page for page, even if its files go.
drafts-no-recipient = No recipient yet
drafts-no-subject = No subject
drafts-facts = { $pages } · { $when }
drafts-delete = Delete this draft
drafts-deleted = Draft deleted
nav-drafts = Drafts

compose-preview-document = Document
compose-kept = The fax you began is kept in Drafts.
compose-document-drag = Drag to reorder
compose-missing-pages-of = { $ready } of { $of } pages are ready.
compose-send-later = Send later
compose-keep = Save draft
compose-keep-tip = Leave it in Drafts

page-turn = Turn right
page-turn-left = Turn left
page-crop = Crop
page-crop-hint = Drag a frame around what is to stay
page-uncrop = Undo crop
page-adjust = Resolution and tone of the page
page-delete = Delete the page
page-duplicate = Duplicate
page-as-fax = As the fax
page-tone-auto = Auto
page-tone-text = Text
page-tone-photo = Photo
page-fit-width = Fit the width
page-dots = Dot for dot
page-number-seconds = Page { $page } of { $pages } · ≈ { $duration } on the line
page-number-reading = Page { $page } of { $pages }
page-reading = The page is being read…

later-title = Send later
later-detail = The fax waits in the outbox. This computer has to be on and the program open at that time; otherwise it goes out at the next start.
later-today = today
later-tomorrow = tomorrow
later-in-an-hour = In an hour
later-tonight = This evening
later-tomorrow-morning = Tomorrow morning
later-monday-morning = Monday morning
later-placeholder = 18:30, tomorrow 8:00, 2026-12-01 09:00
later-hint = Or type a time, with a day before it.
later-meant = Goes out { $moment }
later-not-understood = That is no time to come. Write it as 18:30, tomorrow 8:00 or 2026-12-01 09:00.
later-at-once = Send at once
later-set = Set
later-set-for = Goes out { $moment }
later-past = The set time is over: it goes out at once.

compose-received = Fax from { $caller }
