import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { takenPort, temporaryFolder } from '../helpers/tools.ts'
import { runHosted, udptool } from '../helpers/udptool.ts'

describe('a relay that cannot start prints the reason', () => {
  test('exit 3: the port is taken', async () => {
    const port = await takenPort()
    const { code, stdout, stderr } = await udptool(['relay', '--port', `${port}`])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(new RegExp(`^udptool: .*127\\.0\\.0\\.1:${port}.*\n$`))
  })

  test('exit 3: the server’s name cannot be resolved', async () => {
    const { code, stdout, stderr } = await runHosted(['relay', '--port', '0', '--to', 'no-such-host.invalid:9'])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/^udptool: .*no-such-host\.invalid.*\n$/)
  })

  test('exit 2: --truth in a folder that does not exist, before any port is bound', async () => {
    const file = join(temporaryFolder(), 'nowhere', 'truth.json')
    const port = await takenPort()
    for (const mode of [['--port', `${port}`], ['--self']]) {
      const { code, stdout, stderr } = await runHosted(['relay', ...mode, '--truth', file])
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toBe(
        `udptool: --truth cannot write ${file}: no such file or directory — ` +
          'name a file in a folder that exists and may be written to\n',
      )
    }
  })

  test('exit 2: --truth is a folder', async () => {
    const folder = join(temporaryFolder(), 'truth')
    mkdirSync(folder)
    expect(await udptool(['relay', '--port', '0', '--truth', folder])).toMatchObject({ code: 2, stdout: '' })
  })

  test('exit 2: the relay would be its own server', async () => {
    const { code, stderr } = await runHosted(['relay', '--listen', '127.0.0.1:9000', '--to', ':9000'])
    expect([code, stderr]).toEqual([
      2,
      'udptool: --to 127.0.0.1:9000 is the relay itself — name the server to forward to\n',
    ])
  })

  test.each([
    [['--listen', '0.0.0.0:0'], '--public'],
    [['--self', '--port', '0'], '--port has no effect with --self'],
    [['--self', '--max-clients', '3'], '--max-clients has no effect with --self'],
    [['--count', '3'], '--count needs --self'],
    [['--ups', 'drop=5%'], '--up'],
    [['--idle', '20'], '20ms or 20s'],
    [['--seed', 'x'], '--seed'],
  ])('exit 2: %j', async (args, expected) => {
    const { code, stdout, stderr } = await runHosted(['relay', ...args])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(expected)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

describe('exit 2: a bad rule is quoted, with a caret at the mistake', () => {
  test.each([
    [
      ['--up', 'drop=5%,dpu=2%'],
      'udptool: --up cannot take "dpu=2%": there is no rule "dpu" — did you mean dup?',
      '  drop=5%,dpu=2%',
      '          ^',
    ],
    [
      ['--up', 'drop=5'],
      'udptool: the ratio of --up "drop=5" cannot be "5": a ratio without % is at most 1 — did you mean 5%?',
      '  drop=5',
      '       ^',
    ],
    [
      ['--up', 'drop=5%', '--down', 'dup=1% delay=20'],
      'udptool: the delay of --down "delay=20" cannot be "20": the unit is missing — did you mean 20ms or 20s?',
      '  dup=1% delay=20',
      '               ^',
    ],
    [
      ['--up', 'drop=burst:3'],
      'udptool: --up cannot take "drop=burst:3": the ratio is missing — write drop=burst:3@1%',
      '  drop=burst:3',
      '              ^',
    ],
    [
      ['--down', 'rate=100pps'],
      'udptool: the rate of --down "rate=100pps" cannot be "100pps": a link counts bits, not datagrams — ' +
        'write 10Mbit or 500kbit',
      '  rate=100pps',
      '       ^',
    ],
    [
      ['--self', '--up', 'reorder=3%'],
      'udptool: --up cannot take "reorder=3%": the delay is missing — write reorder=3%:35ms',
      '  reorder=3%',
      '            ^',
    ],
    [
      ['--up', 'mtu=20'],
      'udptool: the size of --up "mtu=20" cannot be "20": the headers of IP and UDP alone take 28 bytes — ' +
        'write 1500 or 1280',
      '  mtu=20',
      '      ^',
    ],
    [
      ['--up', 'drop=5%:3'],
      'udptool: --up cannot take "drop=5%:3": it has too many arguments — write drop=5%',
      '  drop=5%:3',
      '          ^',
    ],
    [
      ['--up', 'truncate=200@200%'],
      'udptool: the ratio of --up "truncate=200@200%" cannot be "200%": a ratio is at most 100% — write 5% or 0.05',
      '  truncate=200@200%',
      '               ^',
    ],
  ])('%j', async (args, ...lines) => {
    const { code, stdout, stderr } = await runHosted(['relay', '--port', '0', ...args].filter(noPortOfSelf))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(`${lines.join('\n')}\n`)
  })
})

/** `--self` has its own port, so `--port` is left out. */
function noPortOfSelf(arg: string, index: number, args: readonly string[]): boolean {
  return !args.includes('--self') || (arg !== '--port' && args[index - 1] !== '--port')
}
