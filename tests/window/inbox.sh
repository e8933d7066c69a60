#!/bin/bash
# Opens the real window on a virtual display and works on a received fax by keys: imported by a drop, labelled, given to
# somebody, noted on, turned, shown page below page, searched for, archived and taken back, signed and returned.
# usage: inbox.sh PROGRAM FOLDER      pictures go to FOLDER
set -eu
program=$1 folder=$2
. "$(dirname "$(readlink -f "$0")")/begin.sh"

# A message as a gateway mails it, with two pages.
printf 'Dear colleague,\n\nthe troponin was elevated.\n\fSecond page\n' >"$work/letter.txt"
"$program" render "$work/letter.txt" -o "$work/fax.tif" >/dev/null
{
  printf 'From: fax@gateway.example\nTo: desk@practice.example\nSubject: Fax from 14155550123\n'
  printf 'Message-ID: <window-test@gateway.example>\nMIME-Version: 1.0\n'
  printf 'Content-Type: image/tiff; name=fax.tif\nContent-Transfer-Encoding: base64\n\n'
  base64 "$work/fax.tif"
} >"$work/fax.eml"

open_window demo
title() { xdotool getwindowname "$window"; }
picture() { sleep 0.7; alive; import -window "$window" "$folder/$1.png"; }
ask() { xdotool key "$1"; sleep 0.5; xdotool type "$2"; xdotool key ctrl+Return; sleep 0.5; }

"$here/drop.py" "$window" "$work/fax.eml"
until [ "$(title)" = "Faxseal (1 unread)" ]; do alive; sleep 0.2; done
picture imported
xdotool key Down
until [ "$(title)" = "Faxseal" ]; do alive; sleep 0.2; done
picture opened
ask ctrl+t 'To sign'
ask ctrl+shift+a 'Dr. Okafor'
ask ctrl+shift+n 'Calls back on Tuesday'
picture ordered
xdotool key ctrl+shift+l
picture turned
xdotool key ctrl+l ctrl+b
picture rolled
xdotool key ctrl+b ctrl+p
picture printing
xdotool key Escape ctrl+f
sleep 0.5
xdotool type 'okafor'
picture found
xdotool key Escape ctrl+f
sleep 0.5
# Where Tesseract is installed, it is found on the page.
xdotool type 'troponin'
picture marked
xdotool key Escape
sleep 0.5
xdotool key Up ctrl+e
picture archived
xdotool key ctrl+z
picture back
xdotool key Up ctrl+shift+s
picture signing
xdotool key alt+F4
sleep 1
kill "$window_process" 2>/dev/null || true
echo "the window put a received fax in order; pictures in $folder"
