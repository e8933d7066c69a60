# What several places say.
pages = { $count ->
    [one] { $count } page
   *[other] { $count } pages
}
names = { $count ->
    [one] { $count } name
   *[other] { $count } names
}
recipients = { $count ->
    [one] { $count } recipient
   *[other] { $count } recipients
}
days-left = { $count ->
    [one] { $count } day left
   *[other] { $count } days left
}
month-short = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
date-year = { $day } { $month } { $year }
date-near = { $day } { $month }
moment-today = today { $time }
moment-yesterday = yesterday { $time }
moment-tomorrow = tomorrow { $time }
moment-other = { $date } { $time }
moment-soon = { $minutes ->
    [0] in a moment
    [one] in { $minutes } minute
   *[other] in { $minutes } minutes
}
bytes-small = { $bytes } bytes
bytes-kb = { $count } KB
bytes-mb = { $count } MB
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min { $seconds } s
resolution-standard = Standard
resolution-fine = Fine
resolution-superfine = Superfine
