import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT, start } from '../helpers/child.ts'
import { requireNamespaces } from '../helpers/namespace.ts'
import { serviceUnit, startRestricted } from '../helpers/service-unit.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { withJson } from '../helpers/udptool.ts'

interface Survey {
  readonly engines: readonly {
    readonly name: string
    readonly works: boolean
    readonly capabilities: readonly { readonly name: string; readonly works: boolean }[]
  }[]
}

interface Summary {
  readonly targets: readonly {
    readonly target: string
    readonly ledger: { readonly scheduled: number; readonly fates: Readonly<Record<string, number>> }
  }[]
}

const hasSystemd = requireTool('systemd-analyze')

describe.runIf(hasSystemd).each(['udptool-exporter', 'udptool-serve'])('%s.service', name => {
  test('is valid', async () => {
    // The command is not installed here; systemd looks for it.
    const unit = serviceUnit(name).text.replace(
      'ExecStart=udptool ',
      `ExecStart=${process.execPath} ${ROOT}bin/udptool.js `,
    )
    const path = join(temporaryFolder(), `${name}.service`)
    writeFileSync(path, unit)
    const { code, stderr } = await start('systemd-analyze', ['verify', path]).finished
    expect(stderr.split('\n').filter(line => line.includes(name))).toEqual([])
    expect(code).toBe(0)
  })

  test('has an exposure of at most 1.5 of 10', async () => {
    const path = `${ROOT}deploy/systemd/${name}.service`
    const args = ['security', '--offline=true', '--threshold=15', '--no-pager', path]
    const { code, stdout, stderr } = await start('systemd-analyze', args).finished
    expect(stdout + stderr).toMatch(new RegExp(`Overall exposure level for ${name}.service: [01]\\.\\d OK`, 'u'))
    expect(code).toBe(0)
  })
})

const canRestrict = hasSystemd && requireNamespaces() && (await builtKernelEngine()) !== undefined

describe.runIf(canRestrict)('with the restrictions of the units', () => {
  const exporter = serviceUnit('udptool-exporter')
  const server = serviceUnit('udptool-serve')

  test('the kernel engine has every capability', async () => {
    const { stdout, stderr } = await startRestricted(exporter, ['engines', '--json']).finished
    expect(stderr).toBe('')
    const kernel = (JSON.parse(stdout) as Survey).engines.find(engine => engine.name === 'kernel')
    expect(kernel?.works).toBe(true)
    expect(kernel?.capabilities.filter(({ works }) => !works)).toEqual([])
  })

  // Otherwise the tests here would pass without any filter.
  test('it does not work if the filter forbids its system calls', async () => {
    const syscalls = exporter.syscalls.filter(name => name !== 'recvmmsg')
    expect(syscalls).toHaveLength(exporter.syscalls.length - 1)
    const { stdout } = await startRestricted({ ...exporter, syscalls }, ['engines', '--json']).finished
    const kernel = (JSON.parse(stdout) as Survey).engines.find(engine => engine.name === 'kernel')
    expect(kernel?.works === true && kernel.capabilities.every(({ works }) => works)).toBe(false)
  })

  test('a server, a client and a monitor with the kernel engine do what they do without', async () => {
    const [command, ...words] = server.command
    expect(command).toBe('udptool')
    const args = words.map(word => (word === '9000' ? '0' : word))
    expect(args).toContain('0')
    await using serving = startRestricted(server, [...args, '--engine', 'kernel'])
    const [, port = ''] = await serving.waitFor('stdout', /^listening udp4 \S+:(\d+) .*\n/u)
    const probing = ['--engine', 'kernel', '--timeout', '20s', '--json']

    const sent = ['send', '--to', `127.0.0.1:${port}`, '--count', '100', '--interval', '5ms', ...probing]
    const run = withJson(await startRestricted(exporter, sent).finished)
    expect(run.code).toBe(0)
    expect(run.json().engine).toBe('kernel')
    expect(run.json().ledger.fates['intact']).toBe(100)

    // A name is resolved outside of the thread that probes.
    const targets = [`127.0.0.1:${port}`, `localhost:${port}`]
    const watched = ['watch', '-4', ...targets, '--interval', '100ms', '--duration', '3s', ...probing]
    const watch = await startRestricted(exporter, watched).finished
    expect(watch.code).toBe(0)
    const summary = JSON.parse(watch.stdout.trimEnd().split('\n').at(-1) ?? '') as Summary
    expect(summary).toMatchObject({ event: 'summary', engine: 'kernel', verdict: 'pass' })
    expect(summary.targets.map(({ target }) => target)).toEqual(targets)
    for (const { ledger } of summary.targets) {
      expect(ledger.scheduled).toBeGreaterThan(0)
      expect(ledger.fates).toEqual({ intact: ledger.scheduled })
    }

    serving.signal('SIGTERM')
    expect((await serving.finished).code).toBe(0)
  })
})
