import { realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { planTcpServe } from '../../../../src/runs/tcp-serve/plan.ts'
import { refused } from '../../../helpers/refused.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

test('without options it is an uppercase server on loopback', () => {
  expect(planTcpServe({})).toEqual({
    host: '127.0.0.1',
    port: 9000,
    maxConnections: 256,
    maxConnectionsPerSource: 128,
    idle: 60 * SECOND,
    headerTime: 10 * SECOND,
    minRate: { bytesPerSecond: 1024, over: 60 * SECOND },
    maxAge: 3600 * SECOND,
    allow: [],
    deny: [],
    service: { kind: 'stream', mode: 'upper' },
  })
})

test('an inbox has the real path of the folder, and its limits', () => {
  const folder = realpathSync(temporaryFolder())
  const link = join(temporaryFolder(), 'link')
  symlinkSync(folder, link)
  expect(planTcpServe({ inbox: link, maxSize: '2MiB', maxInbox: '3MiB', maxFiles: 9, replace: false }).service).toEqual(
    {
      kind: 'frames',
      inbox: { folder, maxSize: 2 * 1024 * 1024, maxInbox: 3 * 1024 * 1024, maxFiles: 9, replace: false },
    },
  )
  expect(planTcpServe({ inbox: folder }).service).toMatchObject({
    inbox: { maxSize: 1024 ** 3, maxInbox: 16 * 1024 ** 3, replace: true },
  })
})

test('commands have limits, too, and can be used with an inbox', () => {
  const commands = { a: ['true'] }
  expect(planTcpServe({ commands, maxTime: '5s', maxOutput: '1k' }).service).toEqual({
    kind: 'frames',
    commands: { list: new Map(Object.entries(commands)), maxTime: 5 * SECOND, maxOutput: 1000, atOnce: 16 },
  })
  const both = planTcpServe({ commands, inbox: temporaryFolder() }).service
  expect(Object.keys(both)).toEqual(['kind', 'inbox', 'commands'])
})

describe('refused is', () => {
  test.each([
    [{ host: '0.0.0.0' }, /needs --public/],
    [{ host: '0.0.0.0', commands: { a: ['true'] } }, /needs --public/],
    [{ port: 65_536 }, /--port cannot be/],
    [{ mode: 'uper' }, /did you mean upper\?/],
    [{ mode: 'upper', commands: { a: ['true'] } }, /--mode upper needs a plain stream, but --commands/],
    [{ inbox: '/no/such/folder' }, /--inbox cannot be \/no\/such\/folder: no such file or directory/],
    [{ maxSize: '1k' }, /--max-size needs --inbox/],
    [{ maxInbox: '1k' }, /--max-inbox needs --inbox/],
    [{ maxFiles: 1 }, /--max-files needs --inbox/],
    [{ maxConnectionsPerSource: 0 }, /--max-connections-per-source/],
    [{ headerTime: '1' }, /--header-time/],
    [{ minRate: 'fast' }, /--min-rate/],
    [{ maxAge: '600000h' }, /--max-age/],
    [{ replace: false }, /--no-replace needs --inbox/],
    [{ maxTime: '1s' }, /--max-time needs --commands/],
    [{ maxOutput: '1k' }, /--max-output needs --commands/],
    [{ commands: { a: ['true'] }, maxTime: '5' }, /--max-time cannot be "5": the unit is missing/],
    [{ maxConnections: 0 }, /--max-connections cannot be 0/],
    [{ idle: '1' }, /--idle/],
    [{ allow: ['all'] }, /--allow cannot be "all"/],
    [{ deny: ['10.0.0.0/33'] }, /--deny/],
    [{ duration: 'soon' }, /--duration/],
  ])('%j', (options, reason) => {
    expect(refused(() => planTcpServe(options))).toMatch(reason)
  })

  test('an inbox that is a file', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(refused(() => planTcpServe({ inbox: file }))).toMatch(/it is not a folder/)
  })
})
