import { MessageChannel } from 'node:worker_threads'
import type { PathUpdate } from '../../facts/path.ts'
import type { EngineFacts } from '../../facts/run.ts'
import type { RunningMonitor } from '../port.ts'
import { startWorker } from '../start-worker.ts'
import type { MonitorCommand, MonitorTask, PathMessage } from './monitor-messages.ts'
import { UpdateReader } from './update-reader.ts'

/** The script of a thread, the rest of its task, and how to wake it for a command. */
export interface MonitorThread {
  readonly script: URL
  readonly task: object
  readonly wake: () => void
}

/** Starts the thread of a monitor. Rejects with a UdptoolError. */
export async function startMonitor(
  { script, task, wake }: MonitorThread,
  engine: EngineFacts,
  onUpdates: (updates: readonly PathUpdate[]) => void,
): Promise<RunningMonitor> {
  const { port1, port2 } = new MessageChannel()
  const reader = new UpdateReader(engine)
  const onMessages = (messages: unknown): void => {
    const updates = reader.read(messages as readonly PathMessage[])
    if (updates.length > 0) onUpdates(updates)
  }
  const whole: MonitorTask = { ...task, engine, commands: port2 }
  const { done } = await startWorker(script, whole, onMessages, [port2])
  const command = (message: MonitorCommand): void => {
    port1.postMessage(message)
    wake()
  }
  return {
    add: (plan, sockets) => {
      reader.add(plan)
      command({ kind: 'add', plan, sockets })
    },
    remove: path => command({ kind: 'remove', path }),
    pause: isPaused => command({ kind: 'pause', isPaused }),
    stop: () => command({ kind: 'stop' }),
    abandon: () => command({ kind: 'abandon' }),
    done: done.finally(() => port1.close()),
  }
}
