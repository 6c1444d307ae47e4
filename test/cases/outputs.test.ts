import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { shell } from '../helpers/shell.ts'

/** Complete XML, by its last line. */
const WHOLE_JUNIT = /<testsuites[\s\S]*<\/testsuites>\s*$/

/** A command whose standard output and standard error have no reader: its exit status, and the complete content of its file. */
interface Unread {
  readonly command: string
  readonly status: number
  readonly file?: readonly [name: string, whole: RegExp]
}

const UNREAD: readonly Unread[] = [
  { command: 'U send --self --count 2 --format csv=rows', status: 0, file: ['rows', /^seq,.*\n0,.*\n1,.*\n$/] },
  { command: "U send --self --count 2 --expect 'loss>50%' --format junit=u", status: 1, file: ['u', WHOLE_JUNIT] },
  { command: 'U send --self --count 2 --journal run', status: 0, file: ['run', /^\{"format".*\n[\s\S]*\n$/] },
  { command: 'U send one --self --format json=m', status: 0, file: ['m', /^\{[\s\S]*\}\n$/] },
  {
    command: 'printf "one\\ntwo\\nthree\\n" | U send --self --stdin --format json=m',
    status: 0,
    file: ['m', /"three"/],
  },
  { command: 'U check fails.yaml --format junit=u', status: 1, file: ['u', WHOLE_JUNIT] },
  {
    command: 'U relay --self --up drop=5% --count 10 --interval 1ms --truth t',
    status: 0,
    file: ['t', /^\{[\s\S]*\}\n$/],
  },
  { command: 'U doctor --format json=d', status: 0, file: ['d', /^\{[\s\S]*\}\n$/] },
  { command: 'U engines --format json=e', status: 0, file: ['e', /^\{[\s\S]*\}\n$/] },
  { command: 'U lab boundaries --format json=l', status: 0, file: ['l', /^\{[\s\S]*\}\n$/] },
  { command: "U exec -- sh -c 'exit 7'", status: 7 },
  { command: 'U exec -v --relay drop=5% --truth t -- true', status: 0, file: ['t', /^\{[\s\S]*\}\n$/] },
  { command: 'U --help', status: 0 },
  { command: 'U send --no-such-flag', status: 2 },
  {
    command: 'U send --to 127.0.0.1:1 --count 1 --timeout 50ms --format json=r',
    status: 1,
    file: ['r', /^\{[\s\S]*\}\n$/],
  },
]

/** Commands that read saved files or use the servers of `SERVERS`. */
const SAVED: readonly Unread[] = [
  { command: 'U report run --format csv=rows', status: 0, file: ['rows', /^seq,[\s\S]*\n299,.*\n$/] },
  { command: 'U report run --format csv', status: 0 },
  { command: 'U diff run run --format junit=u', status: 0, file: ['u', WHOLE_JUNIT] },
  { command: 'U sweep --to $AT --sizes 64,128 --count 2 --format junit=u', status: 0, file: ['u', WHOLE_JUNIT] },
  { command: 'U mtu $AT --format json=m', status: 0, file: ['m', /^\{[\s\S]*\}\n$/] },
  { command: 'U tcp send hello --to $TCP', status: 0 },
  { command: 'U tcp put run --to $TCP --format json=p', status: 0, file: ['p', /^\{[\s\S]*\}\n$/] },
  { command: 'U tcp run seven --to $TCP', status: 7 },
]

/** Runs each command. Returns a line for each wrong exit status or file. */
async function wrong(commands: readonly Unread[], before = '', after = ''): Promise<string[]> {
  const runs = commands.map(
    ({ command }, index) => `mkdir ${index}; (cd ${index}; cp ../run ../fails.yaml . ; ${command} >&4 2>&4); echo $?`,
  )
  const { stdout, file, stderr } = await shell(`touch run; ${before}\n${runs.join('\n')}\n${after}`)
  const statuses = stdout.trim().split('\n')
  return commands.flatMap(({ command, status, file: output }, index) => {
    const [name = '', whole = /^/] = output ?? []
    const text = output === undefined ? '' : (file(`${index}/${name}`) ?? 'no file')
    return [
      ...(statuses[index] === String(status) ? [] : [`${command}: ${statuses[index] ?? 'no status'} ${stderr}`]),
      ...(whole.test(text) ? [] : [`${command}: ${name} is ${text}`]),
    ]
  })
}

const SERVERS = `
U send --self --count 300 --interval 100us --journal run -q > log
echo '{ "seven": ["sh", "-c", "echo out; exit 7"] }' > commands; mkdir inbox
B serve --port 0 --port-file port > log & serve=$!
B tcp serve --port 0 --port-file tcp --inbox inbox --commands commands > log & tcp=$!
until [ -e port ] && [ -e tcp ]; do sleep 0.05; done
AT=127.0.0.1:$(cat port) TCP=127.0.0.1:$(cat tcp)`

cases([
  {
    fault: 'B4',
    what: '`check FAILING --format junit=u.xml | true`',
    before: 'exit status 0 and an empty u.xml',
    right: 'exit status 1 and a complete u.xml',
    shows: async () => {
      const { code, file } = await shell('U check fails.yaml --format junit=u.xml >&4')
      expect(code).toBe(1)
      expect(file('u.xml')).toMatch(WHOLE_JUNIT)
      expect(file('u.xml')).toContain('failures="1"')
    },
  },
  {
    fault: 'B4',
    what: 'standard output and standard error of each command have no reader',
    before: 'exit status 0, other outputs empty or truncated',
    right: 'exit status of the run, other outputs complete',
    timeoutMs: 120_000,
    shows: async () => {
      const both = await Promise.all([wrong(UNREAD), wrong(SAVED, SERVERS, 'kill $serve $tcp')])
      expect(both.flat()).toEqual([])
    },
  },
  {
    fault: 'B4',
    what: '`serve --json --stats-interval`, relay and tcp serve after the reader has closed the pipe',
    before: 'the server ends with 0 at its next line',
    right: 'it continues to serve, and exits with 0 on SIGTERM',
    shows: async () => {
      const { stdout } = await shell(`
B serve --port 0 --port-file port --json --stats-interval 20ms >&4 2>&4 & serve=$!
B relay --listen 127.0.0.1:0 --to 127.0.0.1:1 --port-file relay --stats-interval 20ms --truth truth >&4 2>&4 & relay=$!
B tcp serve --port 0 --port-file tcp --json --stats-interval 20ms >&4 2>&4 & tcp=$!
until [ -e port ] && [ -e relay ] && [ -e tcp ]; do sleep 0.05; done
U send --to 127.0.0.1:$(cat port) --count 30 --interval 10ms --timeout 20s -q --expect loss==0 > log; echo $?
U tcp send hello --to 127.0.0.1:$(cat tcp) > log; echo $?
kill $serve; wait $serve; echo $?
kill $relay; wait $relay; echo $?
kill $tcp; wait $tcp; echo $?
python3 -m json.tool truth > log; echo $?`)
      expect(stdout.trim().split('\n')).toEqual(['0', '0', '0', '0', '0', '0'])
    },
  },
])
