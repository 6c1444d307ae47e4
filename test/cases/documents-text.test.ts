import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { shell } from '../helpers/shell.ts'

/** A script that writes these check files, and prints the first line of the output of `udptool check` for each, and its exit status. */
function checked(files: readonly (readonly [name: string, text: string])[]): string {
  const written = files.map(([name, text]) => `cat > ${name} <<'END'\n${text}\nEND\n`)
  return `${written.join('')}several ${files.map(([name]) => `'check ${name}'`).join(' ')} | awk 'FNR == 1 || /^status / || last ~ /^status / { print } { last = $0 }'`
}

const NOWHERE = 'checks: [{ name: a, target: "127.0.0.1:9", count: 1 }]'

cases([
  {
    fault: 'D6',
    what: 'a Result, a journal, a suite, a check file and --commands with a byte order mark, and in UTF-16 of both byte orders',
    before: 'no JSON document',
    right: 'read like UTF-8 without a byte order mark',
    timeoutMs: 120_000,
    shows: async () => {
      const { stdout } = await shell(`U send --self --count 20 --interval 1ms --journal run.journal --json > run.json
printf '{"date": ["date"]}' > commands.json
for encoding in utf-8-sig utf-16 utf-16-be; do
  for name in run.journal run.json fails.yaml commands.json; do
    python3 -c "import sys; text = open('$name', encoding='utf-8').read(); open('x-$name', 'wb').write((b'\\xfe\\xff' + text.encode('utf-16-be')) if '$encoding' == 'utf-16-be' else text.encode('$encoding'))"
  done
  U report - --json < x-run.json | cmp - run.json && echo read
  several 'report x-run.json --format json=same-1' 'report x-run.journal --format json=same-2' 'diff run.json x-run.journal' 'check x-fails.yaml' 'tcp serve --port 0 --duration 10ms --commands x-commands.json' | grep ^status | xargs
  cmp same-1 run.json && cmp same-2 run.json && echo same && rm same-*
done`)
      expect(stdout).toBe('read\nstatus 0 status 0 status 0 status 1 status 0\nsame\n'.repeat(3))
    },
  },
  {
    fault: 'D6',
    what: 'UTF-16 without a byte order mark, UTF-32, and bytes that are not UTF-8',
    before: 'no JSON document; replaced characters',
    right: 'exit status 2, with the encoding, or the position of the first wrong byte',
    shows: async () => {
      const { stdout } = await shell(`python3 - <<'END'
text = open('fails.yaml').read()
open('bare.yaml', 'wb').write(text.encode('utf-16-le'))
open('wide.yaml', 'wb').write(text.encode('utf-32'))
open('latin.yaml', 'wb').write(text.replace('name: fails', 'name: na\\u00efve').encode('latin1'))
open('latin.json', 'wb').write(b'{"schema":\\n "\\xff"}')
END
several 'check bare.yaml' 'check wide.yaml' 'check latin.yaml' 'report latin.json' 'tcp serve --port 0 --commands latin.json'`)
      expect(stdout).toBe(`udptool: bare.yaml looks like UTF-16 without a byte order mark — save it as UTF-8
status 2
udptool: wide.yaml is UTF-32 — save it as UTF-8
status 2
udptool: latin.yaml:2:13: this is not UTF-8 — save it as UTF-8
status 2
udptool: latin.json:2:3: this is not UTF-8 — save it as UTF-8
status 2
udptool: --commands latin.json:2:3: this is not UTF-8 — save it as UTF-8
status 2
`)
    },
  },
  {
    fault: 'D7',
    what: 'YAML: circular and nested aliases, unknown tags, merge keys, duplicate keys, two documents, octal numbers and booleans of YAML 1.1',
    before: 'a stack-like error and status 3; tags dropped in silence; 007 is 7; the words of the parser',
    right: 'exit status 2 with line, column and a message of udptool; a text stays a text',
    shows: async () => {
      const bomb = [
        'a: &a [x, x, x, x, x, x, x, x, x]',
        ...'bcdefghi'.split('').map(
          (name, n) =>
            `${name}: &${name} [${Array(9)
              .fill(`*${'abcdefgh'.charAt(n)}`)
              .join(', ')}]`,
        ),
      ].join('\n')
      const { stdout } = await shell(
        checked([
          ['circle.yaml', 'checks: &a [*a]'],
          ['bomb.yaml', bomb],
          ['nobody.yaml', 'checks: *a'],
          ['tag.yaml', 'checks: [{ name: !secret a, serve: {} }]'],
          ['merge.yaml', `base: &b { count: 1 }\n${NOWHERE.replace('count: 1', '<<: *b')}`],
          ['twice.yaml', 'checks:\n  - name: a\n    serve: {}\n    name: b'],
          ['two.yaml', `${NOWHERE}\n---\n${NOWHERE}`],
          ['octal.yaml', NOWHERE.replace('count: 1', 'count: 0o17')],
          ['hex.yaml', NOWHERE.replace('count: 1', 'count: 0x1F')],
          ['yes.yaml', NOWHERE.replace('count: 1', 'receipts: yes')],
          ['old.yaml', `%YAML 1.1\n---\n${NOWHERE}`],
          ['tab.yaml', 'checks:\n\t- name: a'],
          ['open.yaml', 'checks: [{ name: "a }]'],
        ]),
      )
      const lines = stdout.trimEnd().split('\n')
      expect(lines.filter((_, index) => index % 2 === 1)).toEqual(Array(13).fill('status 2'))
      expect(lines.filter((_, index) => index % 2 === 0)).toEqual([
        'udptool: circle.yaml:1:13: *a stands inside of what it stands for',
        expect.stringMatching(/^udptool: bomb\.yaml:\d+:\d+: the file has more than 100 aliases — write fewer$/u),
        expect.stringMatching(/^udptool: nobody\.yaml:1:9: (?:there is no anchor &a above|this is no alias)/u),
        'udptool: tag.yaml:1:26: a check file has no tag "!secret" — leave the tag out',
        'udptool: merge.yaml:2:44: YAML 1.2 has no merge key << — write the keys, or put them into defaults',
        'udptool: twice.yaml:4:5: the key "name" is there twice — leave one of them out',
        'udptool: two.yaml:2:1: a second document begins here, and the file must be one — leave out the line ---',
        expect.stringMatching(/^udptool: octal\.yaml:1:51: count cannot be "0o17"/u),
        expect.stringMatching(/^udptool: hex\.yaml:1:51: count cannot be "0x1F"/u),
        'udptool: yes.yaml:1:54: receipts cannot be "yes": it is true or false',
        'udptool: old.yaml:1:1: a check file is YAML 1.2 — leave the line %YAML out',
        expect.stringMatching(/^udptool: tab\.yaml:2:\d+: a tab cannot indent/u),
        expect.stringMatching(/^udptool: open\.yaml:\d+:\d+: a character is missing here/u),
      ])
    },
  },
  {
    fault: 'D7',
    what: 'paths in a check file in another folder',
    before: 'relative to the working folder',
    right: 'relative to the file',
    shows: async () => {
      const { stdout } =
        await shell(`mkdir net && printf hello > net/hello.bin && U send --self --count 30 --interval 1ms --json > net/before.json
printf 'checks: [{ name: a, serve: {}, count: 2, payload: "file:hello.bin" }, { name: b, serve: {}, count: 30, interval: 1ms, baseline: before.json, tolerance: 100%%, lossTolerance: 100%%, level: warn }]' > net/c.yaml
U check net/c.yaml --json | python3 -c 'import json, sys; s = json.load(sys.stdin); print(s["checks"][0]["verdict"], s["checks"][1]["result"]["baseline"]["baseline"]["file"])'
cd net && U check c.yaml -q > log; echo $?`)
      expect(stdout).toBe('pass net/before.json\n0\n')
    },
  },
  {
    fault: 'E11',
    what: 'payloads and baselines outside of the folder of the check file: absolute, with .., by a link to a file and by a link to a folder',
    before: 'any file is sent to any target',
    right: 'exit status 2 before any datagram is sent, unless --allow-files',
    shows: async () => {
      const { stdout } =
        await shell(`mkdir net other && printf secret > other/secret && ln -s ../other/secret net/link && ln -s ../other net/folder && printf fine > net/fine && ln -s fine net/inner
U send --self --count 2 --json > other/run.json
written() { printf 'checks: [{ name: a, serve: {}, count: 2, interval: 1ms, %s }]' "$2" > "net/$1.yaml"; }
n=0; for path in "$PWD/other/secret" ../other/secret link folder/secret /etc/passwd ../net/../other/secret fine inner ../net/fine ./fine "$PWD/net/fine"; do n=$((n + 1)); written $n "payload: 'file:$path'"; done
written baseline 'baseline: ../other/run.json'
several 'check net/'{1..6}'.yaml -q' 'check net/baseline.yaml -q' 'check net/'{7..11}'.yaml -q' 'check net/3.yaml --allow-files -q' > output
grep -o -e 'is outside of the folder of the check file — move it there, or allow it with --allow-files' -e '^status .*' output
printf 'defaults: { payload: "file:link" }\nchecks: [{ name: a, serve: {}, count: 2 }]' > net/c.yaml; U check net/c.yaml -q 2>&1 > log | head -1`)
      const refused =
        'is outside of the folder of the check file — move it there, or allow it with --allow-files\nstatus 2\n'
      expect(stdout).toBe(
        `${refused.repeat(7)}${'status 0\n'.repeat(6)}udptool: net/c.yaml:1:22: the file link is outside of the folder of the check file — move it there, or allow it with --allow-files\n`,
      )
    },
  },
  {
    fault: 'E17',
    what: 'a check whose name has U+202E and other invisible characters, in every format and in an error',
    before: 'JUnit leaves U+202E',
    right: 'escaped in all of them',
    shows: async () => {
      const { stdout } = await shell(`python3 - <<'END'
name = 'a\u202eb\u2066c\u200bd\u0085e\u2028f\u061cg'
open('b.yaml', 'w').write('checks: [{ name: "%s", serve: {}, count: 2, interval: 1ms, expect: "loss>50%%" }]' % name)
open('e.json', 'w').write('{"schema": "%s"}' % name)
END
outputs=; for format in table json ndjson csv junit tap github markdown html prometheus; do outputs="$outputs --format $format=out.$format"; done
U check b.yaml $outputs > log; U check b.yaml > out.terminal; U report e.json 2> out.error
python3 - <<'END'
import glob, re
for name in sorted(glob.glob('out.*')):
    text = open(name, encoding='utf-8').read()
    hidden = re.search('[\u202e\u2066\u200b\u0085\u2028\u061c]', text)
    print(name, bool(hidden), '202e' in text)
END`)
      const formats = [
        'csv',
        'error',
        'github',
        'html',
        'json',
        'junit',
        'markdown',
        'ndjson',
        'prometheus',
        'table',
        'tap',
        'terminal',
      ]
      expect(stdout).toBe(formats.map(format => `out.${format} False True\n`).join(''))
    },
  },
])
