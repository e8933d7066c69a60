# What of a received fax could not be read.
received-attachment-unreadable = Attachment { $number } cannot be read.
received-page-unreadable = Page { $page } cannot be read.
received-lines-damaged = Page { $page }: { $lines ->
    [one] { $lines } line is damaged.
   *[other] { $lines } lines are damaged.
}
received-pages-missing = The gateway announced { $told ->
    [one] { $told } page
   *[other] { $told } pages
}, { $came } came.
received-no-ghostscript = It is PostScript: install Ghostscript to see its pages. The message is kept, and can be saved.
