# Signatures, in the window and on the command line.
help-signature = Signatures and initials: list, add, remove
help-signature-list = List the signatures of the profile
help-signature-add = Add a signature, typed or from a picture of paper
help-signature-name = What you call it
help-signature-image = A picture or a scan of the signature on paper
help-signature-typed = The name to be written, if it is not what you call it
help-signature-hand = In whose hand it is written
help-signature-initials = These are initials
help-signature-thickness = How thick the pen is, 0 to 100
help-signature-remove = Remove a signature for good
help-sign = Sign a page: the signature's name, the page, and where, in millimetres from the top left, with its width

signature-initials = initials
signature-made-drawn = drawn
signature-made-typed = typed
signature-made-image = from a picture
signature-kept = The signature “{ $name }” is kept, encrypted, on this computer only.
signature-removed = The signature “{ $name }” is removed. Faxes that were sent with it keep it on their pages.
signature-unknown = There is no signature “{ $name }”. “faxseal signature list” shows those that there are.
signature-no-page = There is no page { $page } to sign: the fax has { $count }.
signature-bad-place = write NAME@PAGE:X,Y,WIDTH, such as "A. Okafor@1:120,240,60", in millimetres

signature-no-name = The signature has no name. Give it one, so that you find it again.
signature-name-taken = There is a signature “{ $name }” already. Choose another name, or remove that one first.
signature-empty = There is nothing to see of this signature. Draw or type it, or choose a picture.
signature-no-ink = There is no ink on this picture: nothing on it is clearly darker than the paper. Write with a dark pen on plain paper and take it again.
signature-too-small = The signature on this picture is too small to be crisp on a fax. Take the picture from nearer, or scan it at 300 dpi.
signature-too-dark = The picture is too dark to tell ink from paper. Take it again in better light.
signature-not-paper = Most of this picture is dark, so this is hardly a signature on paper. Cut it to the signature, on plain light paper.

signature-title = Your signature
signature-draw = Draw
signature-type = Type
signature-picture = From an image
signature-whole = Signature
signature-initials-word = Initials
signature-called = Signature
signature-called-initials = Initials
signature-clear = Clear
signature-above = Sign above the line
signature-name-placeholder = Your name
signature-sample = Your name
signature-files = Pictures
signature-choose = Choose a picture…
signature-other-picture = Choose another picture…
signature-picture-advice = A photograph or a scan of your signature in dark ink on plain paper. The paper is taken away, the ink stays.
signature-reading = Looking for the ink…
signature-thinner = Thinner
signature-thicker = Thicker
signature-thickness = thickness, as it will print at Fine
signature-proof-tip = The dots of a fax page at Fine, 50 mm wide
signature-kept-here = Kept encrypted on this computer only
signature-save-place = Save and place
signature-save = Save

signature-hand-running = running
signature-hand-lively = lively
signature-hand-quick = quick

# Settings: the section of the signatures.
settings-signatures = Signatures
signatures-title = Signatures and initials
signatures-kept = Kept encrypted on this computer only, and part of no export
signatures-new = New signature
signatures-empty = No signature yet. Draw one, type your name in a hand, or take one from a picture of paper.
signatures-drawn = Drawn
signatures-typed = Typed, { $hand } hand
signatures-lifted = From an image
signatures-initials = { $made } · initials
signatures-remove = Remove
signatures-remove-title = Remove “{ $name }” for good?
signatures-remove-detail = Drafts that have it show an empty box instead. Faxes that were sent keep their pages.
