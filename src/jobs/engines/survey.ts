import { messageOf } from '../../base/thrown.ts'
import { dgramEngine } from '../../engine/dgram-engine.ts'
import { openSocket } from '../../engine/open-socket.ts'
import { checkedLibc, TRIALS, tryCapabilities } from '../../engine/system-calls.ts'
import type { CapabilityEntry, EngineEntry, EnginesDocument } from '../../verdict/engines.ts'
import { bestEngine } from '../../runs/engine-choice.ts'
import { describeHost } from '../../runs/host.ts'
import { readVersion } from '../../runs/version.ts'
import { CAPABILITY_BENEFITS, type CapabilityName } from './capability-words.ts'

/** Tries each engine and each capability with its own sockets on loopback. Takes a few milliseconds and leaves nothing behind. */
export async function surveyEngines(): Promise<EnginesDocument> {
  return {
    schema: 'udptool/engines/1',
    command: 'engines',
    tool: { name: 'udptool', version: readVersion() },
    host: describeHost(),
    auto: bestEngine(),
    engines: [surveyKernel(), await surveyDgram()],
  }
}

function surveyKernel(): EngineEntry {
  const { libc, missing } = checkedLibc()
  if (libc === undefined) return { name: 'kernel', works: false, missing, capabilities: [] }
  const found = tryCapabilities(libc)
  const names = Object.keys(TRIALS) as CapabilityName[]
  const capabilities = names.map(name => {
    const tried = found[name]
    return capability(name, tried.able ? undefined : tried.reason)
  })
  return { name: 'kernel', works: true, capabilities }
}

async function surveyDgram(): Promise<EngineEntry> {
  const missing = await socketMissing()
  if (missing !== undefined) return { name: 'dgram', works: false, missing, capabilities: [] }
  const { can } = dgramEngine
  return {
    name: 'dgram',
    works: true,
    capabilities: [
      capability(
        'truncation',
        lacks(can.truncation === 'kernel', 'node:dgram reads each datagram whole; the program cuts it then'),
      ),
      capability('tos', lacks(can.tos, 'node:dgram cannot set the TOS byte, nor read it')),
      capability('timestamps', lacks(can.timestamps === 'kernel', 'the program takes the time when it gets to it')),
      capability('drops', lacks(can.drops, 'this system does not show the drop counter of a socket')),
      capability('errorQueue', lacks(can.icmp === 'queue', 'node:dgram reports only ECONNREFUSED of a socket')),
      capability('reusePort', lacks(can.reusePort, 'this engine serves a port from one thread')),
      capability('df', lacks(can.df, 'node:dgram cannot set the don’t-fragment mode')),
    ],
  }
}

/** The reason, if the capability is missing. */
function lacks(isAble: boolean, reason: string): string | undefined {
  return isAble ? undefined : reason
}

/** Why no socket can be opened here. Undefined if one can. */
async function socketMissing(): Promise<string | undefined> {
  try {
    const socket = await openSocket({
      family: 'udp4',
      host: '127.0.0.1',
      port: 0,
      recvBuffer: 65_536,
      onMessage: () => {},
    })
    socket.close()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function capability(name: CapabilityName, missing: string | undefined): CapabilityEntry {
  return {
    name,
    works: missing === undefined,
    gives: CAPABILITY_BENEFITS[name],
    ...(missing === undefined ? {} : { missing }),
  }
}
