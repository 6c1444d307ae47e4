import { CHECK_OPTIONS } from '../../src/jobs/check/options.ts'
import { DOCTOR_OPTIONS } from '../../src/jobs/doctor/options.ts'
import { EXEC_OPTIONS } from '../../src/jobs/exec/options.ts'
import { EXPORTER_OPTIONS } from '../../src/jobs/exporter/options.ts'
import { MTU_OPTIONS } from '../../src/jobs/mtu/options.ts'
import { PRESETS, queryOptions } from '../../src/runs/query/options.ts'
import { RELAY_COMMAND_OPTIONS } from '../../src/jobs/relay-self/options.ts'
import { WATCH_OPTIONS } from '../../src/jobs/monitor/options.ts'
import { SWEEP_OPTIONS } from '../../src/jobs/sweep/options.ts'
import { LAB_OPTIONS } from '../../src/lab/options.ts'
import type { OptionTable } from '../../src/options/option.ts'
import { TOLERANCE_OPTIONS } from '../../src/options/tolerance.ts'
import { ECHO_OPTIONS } from '../../src/runs/echo/options.ts'
import { PING_OPTIONS } from '../../src/jobs/ping/options.ts'
import { SEND_OPTIONS } from '../../src/runs/send/options.ts'
import { PUT_OPTIONS } from '../../src/runs/tcp-put/options.ts'
import { REMOTE_COMMAND_OPTIONS } from '../../src/runs/tcp-run/options.ts'
import { TCP_SEND_OPTIONS } from '../../src/runs/tcp-send/options.ts'
import { STAMP_SEND_OPTIONS } from '../../src/jobs/stamp-send/options.ts'
import { STAMP_SERVE_OPTIONS } from '../../src/runs/stamp-serve/options.ts'
import { TCP_SERVE_OPTIONS } from '../../src/runs/tcp-serve/options.ts'

/** The option table of each command, without the options of all commands. */
export const TABLES: Readonly<Record<string, OptionTable>> = {
  serve: ECHO_OPTIONS,
  send: SEND_OPTIONS,
  ping: PING_OPTIONS,
  watch: WATCH_OPTIONS,
  exporter: EXPORTER_OPTIONS,
  check: CHECK_OPTIONS,
  exec: EXEC_OPTIONS,
  relay: RELAY_COMMAND_OPTIONS,
  sweep: SWEEP_OPTIONS,
  mtu: MTU_OPTIONS,
  doctor: DOCTOR_OPTIONS,
  engines: {},
  report: {},
  diff: TOLERANCE_OPTIONS,
  lab: LAB_OPTIONS,
  'stamp serve': STAMP_SERVE_OPTIONS,
  'stamp send': STAMP_SEND_OPTIONS,
  'tcp serve': TCP_SERVE_OPTIONS,
  'tcp send': TCP_SEND_OPTIONS,
  'tcp put': PUT_OPTIONS,
  'tcp run': REMOTE_COMMAND_OPTIONS,
  ...Object.fromEntries(PRESETS.map(preset => [`query ${preset}`, queryOptions(preset)])),
}
