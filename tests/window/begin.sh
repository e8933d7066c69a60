# To be read in (`.`) by the trials of the real window, with `program` and `folder` set: a virtual display with a window
# manager, a folder $work that goes at the end, and what all of them do.
# Needs Xvfb, openbox, xdotool, python3-xlib, ImageMagick (import).
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
mkdir -p "$folder"
: >"$folder/window.log"
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

mkfifo "$work/display"
exec 3<>"$work/display"
# Without -noreset the server begins anew whenever its last client goes, and cuts off the next.
Xvfb -noreset -displayfd 3 -screen 0 1400x1000x24 >/dev/null 2>&1 &
read -r number <&3
export DISPLAY=:$number
openbox >/dev/null 2>&1 &

alive() { kill -0 "$window_process" || { echo "the window ended"; cat "$folder/window.log"; exit 1; }; }

# open_window ARGUMENT...: starts the program with them, and waits for its window.
open_window() {
  env -u WAYLAND_DISPLAY -u WAYLAND_SOCKET "$program" "$@" >>"$folder/window.log" 2>&1 &
  window_process=$!
  until window=$(xdotool search --onlyvisible --class faxseal 2>/dev/null | tail -1) && [ -n "$window" ]; do alive; sleep 0.2; done
  xdotool windowactivate --sync "$window"
}
