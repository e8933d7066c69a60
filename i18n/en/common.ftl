# What several places say.
pages = { $count ->
    [one] { $count } page
   *[other] { $count } pages
}
