import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeStalePartials } from '../../../../src/runs/tcp-serve/stale-partials.ts'
import { partialName, thisWriter, type Writer } from '../../../../src/runs/tcp-serve/partial-name.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

const HERE = thisWriter()
const LINUX = process.platform === 'linux'
const DAY_S = 24 * 60 * 60

/** The start time of a process: field 22 of proc_pid_stat(5), for a program whose name has no space. */
function beganOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21] ?? ''
}

function put(folder: string, name: string, ageSeconds = 0): string {
  const path = join(folder, name)
  writeFileSync(path, '12345')
  const then = Date.now() / 1000 - ageSeconds
  utimesSync(path, then, then)
  return name
}

test.skipIf(!LINUX)('files of processes that have ended are removed, those of running ones stay', async () => {
  const folder = temporaryFolder()
  const sleeper = spawn('sleep', ['60'])
  onTestFinished(() => void sleeper.kill('SIGKILL'))
  const here = HERE as Writer
  const living: Writer = { ...here, pid: sleeper.pid ?? 0, began: beganOf(sleeper.pid ?? 0) }
  const ended: Writer = { ...here, pid: spawnSync('true').pid, began: '1' }
  const stays = [put(folder, partialName(here)), put(folder, partialName(living), 2 * DAY_S)]
  put(folder, partialName(ended))
  // The id now belongs to a later process.
  put(folder, partialName({ ...living, began: '1' }))
  expect(await removeStalePartials(folder)).toEqual({ files: 2, bytes: 10 })
  expect(readdirSync(folder).toSorted()).toEqual(stays.toSorted())
})

test('files of a writer elsewhere, or without a writer, stay for a day', async () => {
  const folder = temporaryFolder()
  const elsewhere: Writer = { place: 'cafe.1.2', pid: 1, began: '1' }
  const stays = [put(folder, partialName(elsewhere), DAY_S - 60), put(folder, partialName(undefined), DAY_S - 60)]
  put(folder, partialName(elsewhere), DAY_S + 60)
  put(folder, partialName(undefined), DAY_S + 60)
  expect(await removeStalePartials(folder)).toEqual({ files: 2, bytes: 10 })
  expect(readdirSync(folder).toSorted()).toEqual(stays.toSorted())
})

test('other names, links and folders stay', async () => {
  const folder = temporaryFolder()
  put(folder, 'a', 9 * DAY_S)
  put(folder, 'x.udptool-partial-00', 9 * DAY_S)
  put(folder, '.udptool-partial-notes', 9 * DAY_S)
  put(folder, `${partialName({ place: 'cafe.1.2', pid: 1, began: '1' })}.copy`, 9 * DAY_S)
  symlinkSync(join(folder, 'a'), join(folder, partialName(undefined)))
  expect(await removeStalePartials(folder, Date.now() + 9e9)).toEqual({ files: 0, bytes: 0 })
  expect(readdirSync(folder)).toHaveLength(5)
})
