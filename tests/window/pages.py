#!/usr/bin/python3
"""Writes a PDF of so many pages of text, for trials. usage: pages.py COUNT FILE"""
import sys

count, path = int(sys.argv[1]), sys.argv[2]
objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"]
kids = []
for number in range(1, count + 1):
    lines = "".join(
        f"({number}.{line} The patient was seen again today, and the findings are as they were in autumn.) Tj T*\n"
        for line in range(1, 40)
    )
    content = f"BT /F1 11 Tf 16 TL 60 780 Td /F1 24 Tf (Page {number}) Tj /F1 11 Tf T* T*\n{lines}ET"
    objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R" % len(objects)
    objects.append(page + " /Resources << /Font << /F1 3 0 R >> >> >>")
    kids.append(f"{len(objects)} 0 R")
objects[1] = f"<< /Type /Pages /Count {count} /Kids [ {' '.join(kids)} ] >>"
out, offsets = b"%PDF-1.7\n", []
for index, body in enumerate(objects):
    offsets.append(len(out))
    out += f"{index + 1} 0 obj\n{body}\nendobj\n".encode()
start = len(out)
out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
open(path, "wb").write(out)
