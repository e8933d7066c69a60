# The screens Sent and Activity.
nav-sent = Sent
nav-activity = Activity

sent-search = Name, number or subject
sent-nothing-found = Nothing holds “{ $words }”.
sent-choose = Choose a fax to see it.
sent-facts = { $number } · queued { $when } · { $pages }
sent-part-pages = Pages
sent-part-report = What happened
sent-save-report = Transmission report
sent-again = Send again
sent-again-tip = The same pages go to the same number once more, as a new fax
sent-saved = Saved as { $file }
sent-save-failed = The report was not saved: { $reason }
sent-empty-title = Nothing was sent yet
sent-empty = Faxes that went out, failed or were taken back stay here, each with its pages and its transmission report.

activity-search = Search
activity-verify = Verify
activity-verify-tip = Is every entry as it was written?
activity-export = Export…
activity-loading = Reading the log…
activity-empty = Nothing was written down yet.
activity-exported = Saved as { $file }
activity-not-exported = The log was not saved: { $reason }
files-json-lines = JSON lines

doubt-handed-all = All { $bytes } bytes and the final dot were handed to the network
doubt-handed-some = Of { $bytes } bytes at least a part was handed to the network
doubt-ended = No answer came: { $detail }
doubt-died = The program ended before an answer came
