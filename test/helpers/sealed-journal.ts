/** Python that a script of a test begins with: `write_journal(path, lines)` writes these lines, and the end line that belongs to them (docs/journal.md). */
export const WRITE_JOURNAL = `
import json, zlib
def write_journal(path, lines):
    kept = [json.dumps(line) + '\\n' for line in lines if 'end' not in line]
    rows = sum(line['rows'] for line in lines if line.get('column') == 'sent')
    check = '%08X' % zlib.crc32(''.join(kept).encode())
    end = {'end': 'udptool/journal/1', 'lines': len(kept), 'rows': rows, 'crc32': check}
    with open(path, 'w') as out:
        out.writelines([*kept, json.dumps(end) + '\\n'])
`
