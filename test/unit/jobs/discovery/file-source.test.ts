import { describe, expect, test } from 'vitest'
import { formatTarget } from '../../../../src/base/target.ts'
import { FileSource } from '../../../../src/jobs/discovery/file-source.ts'
import { Surroundings } from './surroundings.ts'

class Started extends Surroundings {
  readonly source: FileSource

  constructor(pattern: string, before: (disk: Surroundings['disk']) => void = () => {}) {
    super()
    before(this.disk)
    this.source = new FileSource(pattern, this)
  }

  get targets(): string {
    return this.source.targets.map(({ target }) => formatTarget(target)).join(' ')
  }
}

function entry(...targets: readonly string[]): unknown {
  return [{ targets }]
}

const BROKEN = '[{ "targets": ["10.0.0.7:9000" }'

describe('the files of a pattern', () => {
  test('are read at once, in the order of their names', async () => {
    const started = new Started('/sd/t-*.json', disk => {
      disk.write('/sd/t-b.json', entry('10.0.0.3:9', '10.0.0.2:9'))
      disk.write('/sd/t-a.json', entry('10.0.0.1:9'))
      // None of these fits.
      for (const other of ['/sd/u-a.json', '/sd/t-a.yaml', '/sd/.t-a.json', '/sd/t-', '/sd/t-.jso'])
        disk.write(other, entry('10.9.9.9:9'))
    })
    expect(started.source.isRead).toBe(false)
    await started.pass(0)
    expect(started.source.isRead).toBe(true)
    expect(started.targets).toBe('10.0.0.1:9 10.0.0.3:9 10.0.0.2:9')
    expect(started.changes).toBe(1)
    expect(started.lines).toEqual([])
  })

  test('a * is no leading dot', async () => {
    const { disk, ...started } = new Started('/sd/*.json', files => files.write('/sd/.a.json', entry('10.0.0.1:9')))
    await started.timers.advance(0)
    expect(started.source.targets).toEqual([])
    expect(disk.reads).toBe(0)
  })

  test('that do not change are not read again', async () => {
    const started = new Started('/sd/*.json', disk => disk.write('/sd/a.json', entry('10.0.0.1:9')))
    await started.pass(600)
    // At once, and when it has been the same for a second.
    expect(started.disk.reads).toBe(2)
    expect(started.changes).toBe(1)
  })

  test('a new one and a changed one are read once they stay as they are', async () => {
    const started = new Started('/sd/*.json', disk => disk.write('/sd/b.json', entry('10.0.0.1:9')))
    await started.pass(5)
    // The program that writes it is not done: a YAML file would be valid with half its targets.
    started.disk.write('/sd/b.json', '')
    started.disk.write('/sd/a.json', '')
    await started.pass(1)
    started.disk.write('/sd/b.json', entry('10.0.0.3:9'))
    started.disk.write('/sd/a.json', entry('10.0.0.2:9'))
    await started.pass(1)
    expect(started.targets).toBe('10.0.0.1:9')
    await started.pass(1)
    expect(started.targets).toBe('10.0.0.2:9 10.0.0.3:9')
    expect(started.changes).toBe(2)
    expect(started.lines).toEqual([])
  })

  test('what was being written at the start is read again', async () => {
    const started = new Started('/sd/*.json', disk => disk.write('/sd/a.json', BROKEN))
    await started.pass(0)
    expect(started.source.isRead).toBe(true)
    // The same stamp: the clock of the file system has not moved.
    started.disk.write('/sd/a.json', entry('10.0.0.2:9'), '1')
    await started.pass(1)
    expect(started.targets).toBe('10.0.0.2:9')
  })

  test('a file that was written again with the same content changes nothing', async () => {
    const started = new Started('/sd/*.json', disk => disk.write('/sd/a.json', entry('10.0.0.1:9')))
    await started.pass(5)
    started.disk.write('/sd/a.json', entry('10.0.0.1:9'))
    await started.pass(5)
    expect(started.disk.reads).toBe(3)
    expect(started.changes).toBe(1)
  })

  test('a broken file keeps its last targets, and is logged once with the place', async () => {
    const started = new Started('/sd/*.json', disk => disk.write('/sd/a.json', entry('10.0.0.1:9', '10.0.0.2:9')))
    await started.pass(5)
    started.disk.write('/sd/a.json', BROKEN)
    await started.pass(60)
    started.disk.write('/sd/a.json', BROKEN)
    await started.pass(60)
    expect(started.targets).toBe('10.0.0.1:9 10.0.0.2:9')
    expect(started.lines).toEqual([
      'warn | a file of targets is broken: its last targets stay | file=/sd/a.json | error=/sd/a.json:1:32: the indentation does not fit the lines above | targets=2',
    ])
    started.disk.write('/sd/a.json', entry('10.0.0.3:9'))
    await started.pass(2)
    expect(started.targets).toBe('10.0.0.3:9')
    expect(started.lines.slice(1)).toEqual(['info | a file of targets is whole again | file=/sd/a.json | targets=1'])
  })

  test('a deleted file keeps its targets for a few seconds, for it may be replaced', async () => {
    const started = new Started('/sd/*.json', disk => {
      disk.write('/sd/a.json', entry('10.0.0.1:9'))
      disk.write('/sd/b.json', entry('10.0.0.2:9'))
    })
    await started.pass(5)
    started.disk.delete('/sd/a.json')
    await started.pass(4)
    expect(started.targets).toBe('10.0.0.1:9 10.0.0.2:9')
    started.disk.write('/sd/a.json', entry('10.0.0.3:9'))
    await started.pass(10)
    expect(started.targets).toBe('10.0.0.3:9 10.0.0.2:9')
    expect(started.lines).toEqual([])
    started.disk.delete('/sd/a.json')
    await started.pass(5)
    expect(started.targets).toBe('10.0.0.2:9')
    expect(started.lines).toEqual([
      'info | a file of targets was deleted: its targets end | file=/sd/a.json | targets=1',
    ])
  })

  test('a folder that cannot be listed keeps all targets', async () => {
    const started = new Started('/sd/*.json', disk => disk.write('/sd/a.json', entry('10.0.0.1:9')))
    await started.pass(5)
    started.disk.fault = 'no such file or directory'
    started.disk.delete('/sd/a.json')
    await started.pass(600)
    expect(started.targets).toBe('10.0.0.1:9')
    expect(started.lines).toEqual([
      'warn | cannot list the files of targets: the last targets stay | files=/sd/*.json | error=cannot read /sd: no such file or directory',
    ])
  })

  test('no file at all is logged, and does not hold up the start', async () => {
    const started = new Started('/sd/*.json')
    await started.pass(60)
    expect(started.source.isRead).toBe(true)
    expect(started.lines).toEqual(['warn | no file of targets fits the pattern | files=/sd/*.json'])
    started.disk.write('/sd/a.json', entry('10.0.0.1:9'))
    await started.pass(2)
    expect(started.targets).toBe('10.0.0.1:9')
  })

  test('of more than a thousand files the first are read', async () => {
    const started = new Started('/sd/*.json', disk => {
      for (let n = 0; n < 1002; n++) disk.write(`/sd/${String(n).padStart(4, '0')}.json`, entry(`host-${n}:9`))
    })
    await started.pass(0)
    expect(started.source.targets).toHaveLength(1000)
    expect(started.targets.endsWith(' host-999:9')).toBe(true)
    expect(started.lines).toEqual([
      'warn | more than 1000 files of targets: the last ones are left out | files=/sd/*.json | count=1002',
    ])
  })
})

describe('a file that is named without a *', () => {
  test('that vanishes keeps its targets, which is logged once', async () => {
    const started = new Started('/sd/a.json', disk => disk.write('/sd/a.json', entry('10.0.0.1:9')))
    await started.pass(5)
    started.disk.delete('/sd/a.json')
    await started.pass(600)
    expect(started.targets).toBe('10.0.0.1:9')
    expect(started.lines).toEqual([
      'warn | a file of targets is missing: its last targets stay | file=/sd/a.json | targets=1',
    ])
    started.disk.write('/sd/a.json', entry('10.0.0.2:9'))
    await started.pass(2)
    expect(started.targets).toBe('10.0.0.2:9')
    expect(started.lines.slice(1)).toEqual(['info | a file of targets is whole again | file=/sd/a.json | targets=1'])
  })

  test('that is not there yet does not hold up the start', async () => {
    const started = new Started('/sd/a.json')
    await started.pass(0)
    expect(started.source.isRead).toBe(true)
    expect(started.lines).toEqual([
      'warn | a file of targets is missing: its last targets stay | file=/sd/a.json | targets=0',
    ])
  })
})

test('after the end nothing is read, and nobody is called', async () => {
  const started = new Started('/sd/*.json', disk => disk.write('/sd/a.json', entry('10.0.0.1:9')))
  await started.pass(5)
  started.source.close()
  started.disk.write('/sd/a.json', entry('10.0.0.2:9'))
  await started.pass(600)
  expect(started.timers.waiting).toBe(0)
  expect(started.changes).toBe(1)
})

test('an end during the first look', async () => {
  const started = new Started('/sd/*.json', disk => disk.write('/sd/a.json', entry('10.0.0.1:9')))
  started.source.close()
  await started.pass(5)
  expect(started.changes).toBe(0)
  expect(started.timers.waiting).toBe(0)
})
