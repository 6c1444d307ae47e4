/** A bash function for scripts of tests: `seal FILE` writes the matching end line of a made-up or changed journal (docs/journal.md). */
export const SEAL = `cat > seal.py <<'END'
import json, sys, zlib
lines = [line for line in open(sys.argv[1]).read().split('\\n') if line]
if lines[-1].startswith('{"end"'): lines.pop()
rows = {block['page']: block['rows'] for block in map(json.loads, lines[1:])}
crc = zlib.crc32(''.join(line + '\\n' for line in lines).encode())
lines.append(json.dumps({'end': 'udptool/journal/1', 'lines': len(lines), 'rows': sum(rows.values()), 'crc32': f'{crc:08X}'}))
open(sys.argv[1], 'w').write('\\n'.join(lines) + '\\n')
END
seal() { python3 seal.py "$1"; }
`
