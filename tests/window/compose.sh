#!/bin/bash
# Puts a fax together in the real window on a virtual display: files dropped on it, pages chosen, dragged, turned and
# cropped by pointer and keys, zoomed and scrolled; then ends the program in the middle (kill -9) and finds the draft
# again. The program counts its own frame times meanwhile.
# usage: compose.sh PROGRAM FOLDER      pictures, the log and the frame times go to FOLDER
set -eu
program=$(readlink -f "$1") folder=$2
. "$(dirname "$(readlink -f "$0")")/begin.sh"

/usr/bin/python3 "$here/pages.py" 200 "$work/long.pdf"
/usr/bin/python3 "$here/pages.py" 3 "$work/short.pdf"
printf 'A note.\n' >"$work/note.txt"
printf 'a passphrase for a trial' >"$work/passphrase"
options=(--data-dir "$work/profile" --secrets file --passphrase-file "$work/passphrase")
printf 'secret\n' | "$program" "${options[@]}" account add office --host smtp.gateway.example \
  --address-template '{digits}@fax.gateway.example' --from office@practice.example --user office --password-stdin >/dev/null

picture() { sleep 1; alive; import -window "$window" "$folder/$1.png"; }
memory() {
  local all
  all=$(ps -o rss= --ppid "$window_process" | awk '{ sum += $1 } END { print sum + 0 }')
  echo "$1: window $(awk '/VmRSS/ { print $2 }' /proc/$window_process/status) KiB, its readers $all KiB" | tee -a "$folder/memory.txt"
}
drag() {
  xdotool mousemove --window "$window" "$1" "$2" mousedown 1
  sleep 0.2
  for step in 1 2 3 4 5 6 7 8; do
    xdotool mousemove --window "$window" $(($1 + ($3 - $1) * step / 8)) $(($2 + ($4 - $2) * step / 8))
    sleep 0.05
  done
  sleep 0.2
  xdotool mouseup 1
}

: >"$folder/memory.txt"
open_window -v "${options[@]}"
memory 'empty'
"$here/drop.py" "$window" "$work/short.pdf" "$work/note.txt"
picture dropped
# The first page behind the last one, by the pointer.
drag 790 680 1060 680
picture dragged
xdotool key Home key ctrl+r
picture turned
# The crop tool, and a frame.
xdotool mousemove --window "$window" 1175 87 click 1
sleep 0.3
drag 850 250 950 400
picture cropped
xdotool key ctrl+z key ctrl+z
picture undone
xdotool key ctrl+shift+z
picture redone
xdotool mousemove --window "$window" 370 192 click 1
xdotool type 'Referral'
picture typed
kill -9 "$window_process"
wait "$window_process" 2>/dev/null || true

export FAXSEAL_FRAME_TIMES=1
open_window -v "${options[@]}"
xdotool key ctrl+4
picture drafts
xdotool mousemove --window "$window" 600 95 click 1
picture opened
"$here/drop.py" "$window" "$work/long.pdf"
memory 'dropped 200 pages'
sleep 30
memory 'after 30 s'
xdotool mousemove --window "$window" 900 350
for round in 1 2 3 4 5 6 7 8; do xdotool key ctrl+plus; sleep 0.1; done
for round in $(seq 60); do xdotool click 5; sleep 0.016; done
for round in $(seq 60); do xdotool click 4; sleep 0.016; done
picture zoomed
xdotool key ctrl+0
xdotool mousemove --window "$window" 900 690
for round in $(seq 80); do xdotool click 5; sleep 0.016; done
for round in $(seq 40); do xdotool key Right; sleep 0.05; done
picture long
sleep 60
memory 'a minute later'
picture ready
xdotool key alt+F4
wait "$window_process" || true
grep frames "$folder/window.log" | tail -1 | tee "$folder/frames.txt"
