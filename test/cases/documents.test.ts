import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { shared } from '../helpers/lifetime.ts'
import { SEAL } from '../helpers/sealed-journal.ts'
import { shell } from '../helpers/shell.ts'
import { temporaryFolder } from '../helpers/tools.ts'

/** The folder with the journal of a run of 9000 probes and its Result. */
const run = shared(async () => {
  const folder = temporaryFolder()
  await shell(
    `U send --self --count 9000 --rate 50000pps --window 1000 --timeout 20s --journal ${folder}/run.journal --json > ${folder}/run.json`,
  )
  return folder
})

/** A script with copies of that run. */
const withRun = (script: string): string => `cp ${run()}/* .\n${SEAL}\n${script}`

const REFUSED_LINE =
  /^udptool: \S+: (?:the journal contradicts itself: .+|line \d+ of the journal is not as udptool writes it) — the file was cut or changed: take it from its source again$/u

cases([
  {
    fault: 'E5',
    what: 'a journal cut at a line end, in every format, in diff and as a baseline',
    before: '"all 8192 came back whole", "nothing is worse", a pass',
    right: 'interrupted with the remaining probes, and no pass in any format',
    shows: async () => {
      const { stdout, code } = await shell(
        withRun(`head -n 14 run.journal > cut.journal
U report cut.journal -q; echo "report $?"
outputs=; for format in json junit tap github markdown html prometheus; do outputs="$outputs --format $format=out.$format"; done
several "report cut.journal$outputs -q" 'report run.journal cut.journal -q --format table=both' 'diff cut.journal run.journal --format json=diff.json' 'diff run.json out.json -q' "send --self --count 200 --interval 100us --baseline cut.journal -q" | grep '^status' | xargs
python3 -c 'import json, sys; r = json.load(open("out.json")); print("json", r["verdict"], r["interrupted"], r["ledger"]["scheduled"], r["warnings"][0]["code"], r["warnings"][0]["evidence"])'
grep -c '<failure message="interrupted: the journal was cut: 8192 of 9000 probes"' out.junit
grep -c '^not ok 1 ' out.tap
grep -c '^::error ' out.github
grep -c '0 passed, 1 failed' out.markdown
grep -q 'journal was cut: 8192 of 9000 probes' out.html && echo 1
grep -c '^udptool_suite_success.* 0$' out.prometheus
grep -c '1 failed' both
grep -c '"verdict": "fail"' diff.json
U diff run.journal cut.journal -q; echo "diff $?"`),
      )
      // Ignores how lines are wrapped.
      const at = /probes to (\S+)/u.exec(stdout.replaceAll(/\s+/gu, ' '))?.[1] ?? ''
      expect(stdout.replaceAll(/\s+/gu, ' ').trim()).toBe(
        [
          `✗ fail · interrupted: the journal was cut: 8192 of 9000 probes · all 8192 probes to ${at} came back whole`,
          'report 0',
          // The report, the suite, two comparisons and the baseline: reports exit with 0, the others fail.
          'status 0 status 0 status 1 status 1 status 1',
          "json fail True 8192 journalCut {'read': 8192, 'scheduled': 9000}",
          '1 1 1 1 1 1 1 1',
          '✗ fail · interrupted: the journal of b was cut · cannot tell: loss, truncated, corrupt, duplicates, rtt.p50, rtt.p90, rtt.p99, jitter',
          'diff 1',
        ].join(' '),
      )
      expect(code).toBe(0)
    },
  },
  {
    fault: 'E5',
    what: 'a journal without its line `sent`, with a matching end line',
    before: 'RTT −forever; --format html aborts Node (133)',
    right: 'exit status 2 and one line, in every format',
    shows: async () => {
      const { stdout } = await shell(
        withRun(`grep -v '"column":"sent"' run.journal > less.journal; seal less.journal
several 'report less.journal --format table' 'report less.journal --format html' 'report less.journal --format csv'`),
      )
      expect(stdout).toMatch(/^(?:udptool: [^\n]*contradicts itself[^\n]*\nstatus 2\n){3}$/u)
    },
  },
  {
    fault: 'E5',
    what: 'a Result whose fates, loss, sizes or verdict are inconsistent; a suite with wrong counts',
    before: 'rendered',
    right: 'exit status 2 and one line, in report, diff and --baseline',
    shows: async () => {
      const { stdout } = await shell(
        withRun(`change() { python3 -c "import json; r = json.load(open('$1')); $3; json.dump(r, open('$2.json', 'w'))"; }
n=0; for it in "r['ledger']['fates']['intact'] -= 1" "r['loss']['count'] = 5" "r['sizes'][0]['ledger']['scheduled'] = 1" "r['rtt']['minMs'] = -1" "r['expectations'] = [{'expr': 'loss==0', 'passed': False}]" "r['ledger']['received'] += 1"; do
  n=$((n + 1)); change run.json $n "$it"
done
U check fails.yaml --json > suite.json || true
change suite.json failed "r['failed'] = 0"; change suite.json verdict "r['verdict'] = 'pass'"
several 'report '{1..6}.json 'diff run.json 6.json' 'send --self --count 1 --baseline 6.json' 'report failed.json' 'report verdict.json --format junit'`),
      )
      const refused =
        /^udptool: \w+\.json: the (?:Result|suite) contradicts itself: .* — the file was cut or changed: take it from its source again$/u
      expect(stdout.trimEnd().split('\n')).toEqual(
        Array.from({ length: 10 }, () => [expect.stringMatching(refused), 'status 2']).flat(),
      )
    },
  },
  {
    fault: 'E13',
    what: 'a small journal that declares a page with number one million, or 2^50 rows',
    before: '104 kB take 543 MB',
    right: 'exit status 2 with a heap of 64 MB',
    shows: async () => {
      const { stdout, stderr } = await shell(`U send --self --count 20 --interval 1ms --journal run.journal -q > log
python3 - <<'END'
import json
lines = open('run.journal').read().split('\\n')
header = json.loads(lines[0])
header['plan'].pop('count', None)
header['clients'][0]['scheduled'] = 2 ** 50
block = json.loads(lines[1])
pages = [json.dumps({**block, 'page': page}) for page in range(0, 1000000, 800)]
open('many.journal', 'w').write('\\n'.join([json.dumps(header), *pages, '']))
header['clients'] = [{**header['clients'][0], 'scheduled': 2 ** 40, 'run': n} for n in range(300)]
header['plan'].update(clients=300, runs=list(range(300)))
open('clients.journal', 'w').write('\\n'.join([json.dumps(header), *lines[1:]]))
END
for name in many clients; do (ulimit -v 12000000; "$NODE" --max-old-space-size=64 "$PROGRAM" report $name.journal; echo $?); done`)
      expect(stdout).toBe('2\n2\n')
      expect(stderr.split('\n').filter(line => line !== '')).toEqual([
        expect.stringMatching(REFUSED_LINE),
        expect.stringMatching(REFUSED_LINE),
      ])
    },
  },
  {
    fault: 'E13',
    what: 'JSON that is nested 200 000 levels deep, as Result, journal, --commands and check file',
    before: "JavaScript's own words, exit status 3",
    right: 'exit status 2 and one line',
    shows: async () => {
      const { stdout, stderr } = await shell(`U send --self --count 2 --interval 1ms --journal run.journal -q > log
python3 - <<'END'
deep = '[' * 200000 + ']' * 200000
open('result.json', 'w').write('{"schema": "udptool/result/1", "options": ' + deep + '}')
open('header.journal', 'w').write('{"format": "udptool/journal/1", "plan": ' + deep + '}\\n')
open('block.journal', 'w').write(open('run.journal').readline() + deep + '\\n' + '\\n')
open('deep.json', 'w').write(deep)
open('deep.yaml', 'w').write('checks:\\n' + deep)
open('list.yaml', 'w').write('- ' * 20000 + 'x')
open('steps.yaml', 'w').write('\\n'.join(' ' * n + 'a:' for n in range(3000)))
END
several 'report result.json' 'report header.journal' 'report block.journal' 'tcp serve --port 0 --commands deep.json' 'check deep.json' 'check deep.yaml' 'check list.yaml' 'check steps.yaml'`)
      const all = stdout.split('\n')
      expect(all.filter(line => line.startsWith('status '))).toEqual(Array(8).fill('status 2'))
      const lines = all.filter(line => line.startsWith('udptool: '))
      expect(lines.length).toBe(8)
      for (const line of lines)
        expect(line).toMatch(/is no JSON|is not JSON|is not a JSON|is not as udptool writes it|nested too deep/u)
      expect(stdout + stderr).not.toMatch(/call stack| at /u)
    },
  },
])
