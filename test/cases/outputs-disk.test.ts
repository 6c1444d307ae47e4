import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { requireNamespaces } from '../helpers/namespace.ts'
import { shell, shellWithDisk } from '../helpers/shell.ts'
import { takenPort, temporaryFolder } from '../helpers/tools.ts'
import { startUdptool } from '../helpers/udptool.ts'

const FULL = /cannot write (.+): no space left on device/g

/** Commands in a process of their own whose output does not fit on the disk, and its name in the error. */
const TOO_MUCH: readonly (readonly [command: string, named: string])[] = [
  ['U send --self --count 2 --format json=full/out', 'full/out'],
  ['U send --self --count 2 --json > full/out', 'standard output'],
  ['U send --self --count 200 --interval 1ms --format csv > full/out', 'standard output'],
  ['U send --self --count 200 --interval 1ms --journal full/out', 'full/out'],
  ['U doctor --json > full/out', 'standard output'],
  ['U engines --json > full/out', 'standard output'],
  ['dd if=/dev/zero of=full/zeros bs=4096 count=1; U lab empty --format json=full/out', 'full/out'],
  ['U send --help > full/out', 'standard output'],
  ['U completion bash > full/out', 'standard output'],
  ['dd if=/dev/zero of=full/zeros bs=4096 count=1; U serve --port 0 --port-file full/out', 'full/out'],
  ['dd if=/dev/zero of=full/zeros bs=4096 count=1; U exec --relay drop=5% --truth full/out -- true', 'full/out'],
  ['dd if=/dev/zero of=full/zeros bs=4096 count=1; U relay --self --count 2 --truth full/out', 'full/out'],
  [
    'dd if=/dev/zero of=full/zeros bs=4096 count=1; U check --init 127.0.0.1:$(cat port) full/out.yaml',
    'full/out.yaml',
  ],
]

/** Commands whose file does not fit on the disk, all in one process. */
const FILES = [
  'send --self --count 200 --interval 1ms --format csv=full/csv',
  'send --self --count 2 --format html=full/page',
  'doctor --format json=full/doctor',
  'engines --format json=full/engines',
  'report run --format csv=full/report',
  'diff run run --format html=full/diff',
] as const

describe.runIf(requireNamespaces())('a disk of 4 KiB', () => {
  cases([
    {
      fault: 'B5',
      what: 'each command with a file or standard output on it',
      before: 'a truncated file, exit status 0',
      right: 'exit status 3 with the name of the file, and no file is left',
      timeoutMs: 120_000,
      shows: async () => {
        const run = TOO_MUCH.map(
          ([command]) =>
            `rm -f full/*; (${command}) 2>log >out; echo "$? $(cat log out) @$(ls -A full)@" | tr '\\n' ' '; echo`,
        )
        const { stdout, file } = await shellWithDisk(
          '4k',
          `U send --self --count 300 --interval 100us --journal run -q > log
B serve --port 0 --port-file port > log & serve=$!
until [ -e port ]; do sleep 0.05; done
${run.join('\n')}
kill $serve
rm -f full/*; several ${FILES.map(command => `'${command}'`).join(' ')} > several.log; ls -A full > left`,
        )
        const output = (file('several.log') ?? '').split('\n')
        expect(output.filter(line => line.startsWith('status '))).toEqual(FILES.map(() => 'status 3'))
        const named = output.flatMap(line => [...line.matchAll(FULL)].map(match => match[1]))
        expect(named).toEqual(FILES.map(command => command.split('=')[1]))
        expect(file('left')).toBe('')
        const lines = stdout.trim().split('\n')
        expect(lines).toHaveLength(TOO_MUCH.length)
        const wrong = TOO_MUCH.flatMap(([command, named], index) => {
          const line = lines[index] ?? ''
          const names = [...line.matchAll(FULL)].map(match => match[1])
          // The shell has created the file of a redirection. udptool leaves no file.
          const left = line.split('@').at(-2)?.trim().replace('zeros', '').trim()
          const right =
            line.startsWith('3 ') && names.join() === named && left === (named.startsWith('full') ? '' : 'out')
          return right ? [] : [`${command}: ${line}`]
        })
        expect(wrong).toEqual([])
      },
    },
    {
      fault: 'B5',
      what: 'one of three outputs has no room',
      before: 'the other outputs are not written',
      right: 'exit status 3, the old file unchanged, the other outputs complete',
      shows: async () => {
        const { code, stderr, file } = await shellWithDisk(
          '4k',
          `echo old > full/r.json
U send --self --count 2 --journal run --format json=full/r.json --format csv=rows --json=ignored >&4 || true
U send --self --count 2 --journal run --format csv=rows --format json=full/r.json --format junit=u.xml > table; status=$?
cp full/r.json kept; ls -A full > left; exit $status`,
        )
        expect(code).toBe(3)
        expect(stderr).toContain('cannot write full/r.json: no space left on device (the old file is unchanged)')
        expect(file('kept')).toBe('old\n')
        expect(file('left')).toBe('r.json\n')
        expect(file('table')).toContain('all 2 probes')
        expect(file('rows')).toMatch(/^seq,.*\n0,.*\n1,.*\n$/)
        expect(file('u.xml')).toMatch(/<\/testsuites>\s*$/)
        expect(file('run')).toMatch(/\n$/)
      },
    },
    {
      fault: 'B5',
      what: 'standard output of a server has no room for its events',
      before: 'the server ends at once',
      right: 'it continues to serve, reports the error once, and exits with 3',
      shows: async () => {
        const { code, stdout, stderr } = await shellWithDisk(
          '4k',
          `B serve --port 0 --port-file port --json --stats-interval 10ms > full/events & serve=$!
until [ -e port ] && [ "$(stat -c %s full/events)" = 4096 ]; do sleep 0.05; done
U send --to 127.0.0.1:$(cat port) --count 30 --interval 10ms --timeout 20s -q --expect loss==0
kill $serve; wait $serve`,
        )
        expect(stdout).toMatch(/^✓ pass/)
        expect(stderr.match(FULL)).toEqual(['cannot write standard output: no space left on device'])
        expect(code).toBe(3)
      },
    },
  ])
})

/** Commands with their expected exit status. */
type Statuses = readonly (readonly [command: string, status: number])[]

/** A script that runs each command in a subshell and prints its exit status. */
function each(commands: Statuses): string {
  return commands.map(([command]) => `(${command}) > /dev/null 2>&1; echo "status $?"`).join('\n')
}

const SEND = 'U send --self --count 2 --interval 1ms'

cases([
  {
    fault: 'B5',
    what: 'two outputs to the same file: by the same path, ./, a link or a redirection',
    before: 'one overwrites the other, exit status 0',
    right: 'exit status 2; devices and pipes are allowed',
    shows: async () => {
      const own: Statuses = [
        [`${SEND} --format json=out > out`, 2],
        [`${SEND} --json --format csv=/dev/stdout > out`, 2],
        [`${SEND} --json --journal /dev/stdout > out`, 2],
        ['U relay --self --count 2 --truth out > out', 2],
        ['U serve --port 0 --duration 10ms --port-file out > out', 2],
        [`${SEND} --format json=/dev/stderr`, 0],
        [`${SEND} --format json=/dev/stdout > out && python3 -m json.tool out`, 0],
        [`${SEND} --journal /dev/stdout | U report -`, 0],
        [`${SEND} --format json=>(python3 -m json.tool > /dev/null)`, 0],
      ]
      const together: Statuses = [
        [`${SEND} --format json=a --format csv=./a`, 2],
        [`${SEND} --format json=a --journal $PWD/a`, 2],
        [`${SEND} --format json=a --format csv=folder/../a`, 2],
        [`${SEND} --format json=a --format csv=here/a`, 2],
        [`${SEND} --format json=real --format csv=link`, 2],
        [`${SEND} --format json=real --format csv=hard`, 2],
        [`${SEND} --format json=nowhere --format csv=dangling`, 2],
        ['U relay --listen 127.0.0.1:0 --to 127.0.0.1:1 --duration 10ms --truth a --port-file a', 2],
        [`${SEND} --format json=/dev/null --format csv=/dev/null`, 0],
        [`${SEND} --format json=missing/a`, 2],
        [`${SEND} --format json=folder`, 2],
      ]
      const { stdout } =
        await shell(`mkdir folder; ln -s . here; touch real; ln -s real link; ln real hard; ln -s nowhere dangling
${each(own)}
several ${together.map(([command]) => `"${command.replace(/^U /u, '')}"`).join(' ')} | grep ^status`)
      const all = [...own, ...together]
      const found = stdout.trim().split('\n')
      expect(all.map(([command], index) => [command, found[index]])).toEqual(
        all.map(([command, status]) => [command, `status ${status}`]),
      )
    },
  },
  {
    fault: 'B5',
    what: 'an output file that is a symbolic link, has a mode, or has two names; a dangling link',
    before: 'truncated at the start of the run',
    right: 'the link, the mode and the second name are kept',
    shows: async () => {
      const { stdout, file } = await shell(`umask 022
touch real; chmod 640 real; ln -s real link; ln -s nowhere dangling; touch one; ln one two
several ${['link', 'dangling', 'one'].map(name => `'${SEND.slice(2)} --format json=${name} -q'`).join(' ')} > log; grep ^status log | xargs
stat -c '%n %F %a %h' real link dangling nowhere one two; cmp one two; ls -A`)
      expect(stdout.trim().split('\n')).toEqual([
        'status 0 status 0 status 0',
        'real regular file 640 1',
        'link symbolic link 777 1',
        'dangling symbolic link 777 1',
        'nowhere regular file 644 1',
        'one regular file 644 2',
        'two regular file 644 2',
        'dangling',
        'fails.yaml',
        'link',
        'log',
        'nowhere',
        'one',
        'real',
        'two',
      ])
      for (const name of ['real', 'nowhere', 'one', 'two'])
        expect(JSON.parse(file(name) ?? '')).toHaveProperty('schema', 'udptool/result/1')
    },
  },
  {
    fault: 'B5',
    what: 'a run that cannot start: a name that does not resolve, a port in use',
    before: 'the old file is empty',
    right: 'exit status 3, the old file unchanged',
    timeoutMs: 120_000,
    shows: async () => {
      const name = 'no-such-host.invalid'
      const { stdout } = await shell(`echo old > out
B serve --port 0 --port-file port > log & serve=$!
until [ -e port ]; do sleep 0.05; done
try() { "$@" > log 2>&1; echo "$? $(cat out)"; }
try U send --to ${name} --format json=out --journal run
try U serve --port $(cat port) --port-file out
several 'send --to ${name} --format prometheus=out' 'send hello --to ${name} --format json=out' 'sweep --to ${name} --format json=out' 'mtu ${name} --format json=out' 'tcp put fails.yaml --to ${name} --format json=out' 'relay --listen 127.0.0.1:0 --to ${name}:9 --truth out' 'exec --to ${name}:9 --relay drop=5% --truth out -- true' > log; grep ^status log
cat out
kill $serve; ls -A`)
      expect(stdout.trim().split('\n')).toEqual([
        '3 old',
        '3 old',
        ...Array.from({ length: 7 }, () => 'status 3'),
        'old',
        'fails.yaml',
        'log',
        'out',
        'port',
      ])
    },
  },
  {
    fault: 'B5',
    what: 'a check of a name that does not resolve',
    before: '–',
    right: 'exit status 3, a row with the reason, the old file replaced by a complete one',
    shows: async () => {
      const { code, file } = await shell(`echo old > u.xml
sed 's/serve: {}/target: no-such-host.invalid/' fails.yaml > name.yaml
U check name.yaml --format junit=u.xml > log`)
      expect(code).toBe(3)
      expect(file('u.xml')).toMatch(
        /<testsuites[^>]* errors="1"[\s\S]*cannot resolve no-such-host.invalid[\s\S]*<\/testsuites>\s*$/,
      )
    },
  },
  {
    fault: 'B5',
    what: 'a metrics file while runs rewrite it',
    before: 'empty from the start of each run to its end',
    right: 'never empty',
    shows: async () => {
      const { stdout } = await shell(`
${SEND} --format prometheus=m.prom -q > log
(several ${`'${SEND.slice(2)} --format prometheus=m.prom -q' `.repeat(3)} > log; touch done) &
while [ ! -e done ]; do grep -q '^udptool_check_success' m.prom || echo "seen without its metric"; ls *.prom; sleep 0.01; done | sort -u`)
      expect(stdout.trim()).toBe('m.prom')
    },
  },
  {
    fault: 'B5',
    what: 'SIGINT twice, SIGTERM twice, in a run with a file that is there already',
    before: 'the old file is empty',
    right: 'exit status 130 and 143, the old file unchanged, no other file',
    shows: async () => {
      const port = await takenPort()
      const ended: unknown[] = []
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const folder = temporaryFolder()
        writeFileSync(join(folder, 'out'), 'old')
        const files = ['--format', `json=${join(folder, 'out')}`, '--journal', join(folder, 'run')]
        const child = startUdptool([
          'send',
          '--to',
          `localhost:${port}`,
          '-4',
          '--count',
          '1',
          '--timeout',
          '50s',
          ...files,
        ])
        await child.waitFor('stderr', /^localhost is/)
        // Two signals at once may count as one.
        const again = setInterval(() => child.signal(signal), 100)
        const { code } = await child.finished
        clearInterval(again)
        ended.push([code, readFileSync(join(folder, 'out'), 'utf8'), readdirSync(folder)])
      }
      expect(ended).toEqual([
        [130, 'old', ['out']],
        [143, 'old', ['out']],
      ])
    },
  },
])
