import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { shell } from '../helpers/shell.ts'
import { requireTool } from '../helpers/tools.ts'

interface Injection {
  readonly fault: string
  /** Inject only into calls on this file. */
  readonly file?: string
  /** The output file of the Result, which exists before the run. */
  readonly output: 'replaced' | 'kept'
  readonly code: number
  /** The complete standard error. */
  readonly stderr: string
  /** The content of `output` afterwards. */
  readonly left: 'old' | 'new' | 'part'
  readonly engine?: 'kernel' | 'dgram'
}

const HINT = 'make room, or name another file'
const ON_KEPT = { file: 'kept', output: 'kept', code: 3 } as const
const STDOUT = 'cannot write standard output: i/o error — make room, or write to another place'

/** `replaced` has a mode that a new file would not have; `kept` has a second name, so it is written in place. */
const TABLE: readonly Injection[] = [
  {
    ...ON_KEPT,
    fault: 'ftruncate:error=EIO',
    stderr: `cannot write kept: i/o error (the old file is unchanged) — ${HINT}`,
    left: 'old',
  },
  {
    ...ON_KEPT,
    fault: 'write:error=EIO',
    stderr: `cannot write kept: i/o error (the file is not whole) — ${HINT}`,
    left: 'part',
  },
  {
    ...ON_KEPT,
    fault: 'write:error=EDQUOT',
    stderr: `cannot write kept: disk quota exceeded (the file is not whole) — ${HINT}`,
    left: 'part',
  },
  {
    ...ON_KEPT,
    fault: 'write:error=EPIPE',
    stderr: `cannot write kept: broken pipe (the file is not whole) — ${HINT}`,
    left: 'part',
  },
  { ...ON_KEPT, fault: 'write:error=EINTR:when=1', code: 0, stderr: '', left: 'new' },
  {
    ...ON_KEPT,
    fault: 'fsync:error=ENOSPC',
    stderr: `cannot write kept: no space left on device (the file is not whole) — ${HINT}`,
    left: 'new',
  },
  { ...ON_KEPT, fault: 'fsync:error=EINVAL', code: 0, stderr: '', left: 'new' },
  {
    fault: 'rename,renameat,renameat2:error=EIO',
    output: 'replaced',
    code: 3,
    stderr: `cannot write replaced: i/o error (the old file is unchanged) — ${HINT}`,
    left: 'old',
  },
  { fault: 'rename,renameat,renameat2:error=EXDEV', output: 'replaced', code: 0, stderr: '', left: 'new' },
  { fault: 'fchmod:error=EPERM', output: 'replaced', code: 0, stderr: '', left: 'new' },
  {
    fault: 'fsync:error=EIO:when=1',
    output: 'replaced',
    code: 3,
    stderr: `cannot write replaced: i/o error (the old file is unchanged) — ${HINT}`,
    left: 'old',
  },
  { fault: 'fsync:error=EIO', file: 'out', output: 'replaced', code: 3, stderr: STDOUT, left: 'new', engine: 'kernel' },
  { fault: 'write:error=EIO', file: 'out', output: 'replaced', code: 3, stderr: STDOUT, left: 'new' },
  { fault: 'write:error=EPIPE', file: 'out', output: 'replaced', code: 0, stderr: '', left: 'new' },
]

function script({ fault, file, output, engine = 'dgram' }: Injection): string {
  const calls = fault.slice(0, fault.indexOf(':'))
  const only = file === undefined ? '' : `-P "$PWD/${file}"`
  return `rm -f replaced kept other; echo old > replaced; chmod 640 replaced; echo old > kept; ln kept other
strace -f --quiet=all -o /dev/null ${only} -e trace=${calls} -e inject=${fault} "$NODE" "$PROGRAM" send --to 127.0.0.1:$(cat port) --engine ${engine} --count 2 --interval 1ms -q --format json=${output} > out 2> err; status=$?
if [ "$(cat ${output})" = old ]; then left=old; elif python3 -m json.tool ${output} > log 2>&1; then left=new; else left=part; fi
echo "$status|$left|$(cat err)|$(ls -A | xargs)"
`
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireTool('strace'))('outputs', () => {
  test(
    'if a system call on them fails: the error, the exit status, and the content of the file',
    { timeout: 120_000 },
    async () => {
      const { stdout } = await shell(`B serve --port 0 --port-file port > log & serve=$!
until [ -e port ]; do sleep 0.05; done
touch out err
${TABLE.map(script).join('')}kill $serve`)
      const files = 'err fails.yaml kept log other out port replaced'
      expect(stdout.trimEnd().split('\n')).toEqual(
        TABLE.map(({ code, left, stderr }) => `${code}|${left}|${stderr === '' ? '' : `udptool: ${stderr}`}|${files}`),
      )
    },
  )
})
