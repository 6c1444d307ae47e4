import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { shell } from '../helpers/shell.ts'
import { requireTool } from '../helpers/tools.ts'

interface Injection {
  readonly fault: string
  /** Only calls on this file. */
  readonly file?: string
  /** Where the Result is written, over a file that was there. */
  readonly output: 'replaced' | 'kept'
  readonly code: number
  /** All that stderr has. */
  readonly says: string
  /** What `output` holds afterwards. */
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
    says: `cannot write kept: i/o error (the old file is unchanged) — ${HINT}`,
    left: 'old',
  },
  {
    ...ON_KEPT,
    fault: 'write:error=EIO',
    says: `cannot write kept: i/o error (the file is not whole) — ${HINT}`,
    left: 'part',
  },
  {
    ...ON_KEPT,
    fault: 'write:error=EDQUOT',
    says: `cannot write kept: disk quota exceeded (the file is not whole) — ${HINT}`,
    left: 'part',
  },
  {
    ...ON_KEPT,
    fault: 'write:error=EPIPE',
    says: `cannot write kept: broken pipe (the file is not whole) — ${HINT}`,
    left: 'part',
  },
  { ...ON_KEPT, fault: 'write:error=EINTR:when=1', code: 0, says: '', left: 'new' },
  {
    ...ON_KEPT,
    fault: 'fsync:error=ENOSPC',
    says: `cannot write kept: no space left on device (the file is not whole) — ${HINT}`,
    left: 'new',
  },
  { ...ON_KEPT, fault: 'fsync:error=EINVAL', code: 0, says: '', left: 'new' },
  {
    fault: 'rename,renameat,renameat2:error=EIO',
    output: 'replaced',
    code: 3,
    says: `cannot write replaced: i/o error (the old file is unchanged) — ${HINT}`,
    left: 'old',
  },
  { fault: 'rename,renameat,renameat2:error=EXDEV', output: 'replaced', code: 0, says: '', left: 'new' },
  { fault: 'fchmod:error=EPERM', output: 'replaced', code: 0, says: '', left: 'new' },
  {
    fault: 'fsync:error=EIO:when=1',
    output: 'replaced',
    code: 3,
    says: `cannot write replaced: i/o error (the old file is unchanged) — ${HINT}`,
    left: 'old',
  },
  { fault: 'fsync:error=EIO', file: 'out', output: 'replaced', code: 3, says: STDOUT, left: 'new', engine: 'kernel' },
  { fault: 'write:error=EIO', file: 'out', output: 'replaced', code: 3, says: STDOUT, left: 'new' },
  { fault: 'write:error=EPIPE', file: 'out', output: 'replaced', code: 0, says: '', left: 'new' },
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
    'a system call on them that fails: the sentence, the exit status, and what is left',
    { timeout: 120_000 },
    async () => {
      const { stdout } = await shell(`B serve --port 0 --port-file port > log & serve=$!
until [ -e port ]; do sleep 0.05; done
touch out err
${TABLE.map(script).join('')}kill $serve`)
      const files = 'err fails.yaml kept log other out port replaced'
      expect(stdout.trimEnd().split('\n')).toEqual(
        TABLE.map(({ code, left, says }) => `${code}|${left}|${says === '' ? '' : `udptool: ${says}`}|${files}`),
      )
    },
  )
})
