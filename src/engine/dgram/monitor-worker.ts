import { workerData } from 'node:worker_threads'
import type { MonitorTask } from '../monitor/monitor-messages.ts'
import { post } from '../worker-thread.ts'
import { MonitorPaths } from './monitor-paths.ts'

const paths = new MonitorPaths(workerData as MonitorTask)
post({ kind: 'bound', bound: [] })
paths.run()
