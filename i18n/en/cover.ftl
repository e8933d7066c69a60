# Cover pages.
cover-no-template = There is no cover page called { $name }, and no file of that name. Known ones: { $known }.
cover-broken = The cover page { $name } cannot be used: line { $line }: { $why }
cover-fault-kind = there is no part called “{ $word }”.
cover-fault-fact = there is no fact called “{ $word }”.
cover-fault-length = “{ $word }” is not a length in millimetres.
cover-fault-pair = a pair is a label, a vertical bar and a text.
cover-fault-block = a block begins with “block:” and ends with “end:”.
cover-fault-message = there is one message, above the foot and in no block.
cover-fields-broken = { $file }: the cover page’s fields cannot be understood: { $detail }

help-cover-fields = A cover page before the documents, from a JSON file with its facts: to, to-number, from, from-number, subject, date, pages, notice, message; and template: plain, letterhead, form, or a file of yours (see assets/covers)
