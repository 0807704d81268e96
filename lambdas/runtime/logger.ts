import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { reportError } from './errors.ts';

export type { Logger } from '@aws-lambda-powertools/logger';

interface LoggerEnv {
  readonly POWERTOOLS_SERVICE_NAME: string;
  readonly POWERTOOLS_LOG_LEVEL: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT' | 'CRITICAL';
  readonly STAGE: string;
  readonly CODE_VERSION: string;
}

class JsonLines extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    return new LogItem({
      attributes: {
        timestamp: attributes.timestamp.toISOString(),
        level: attributes.logLevel,
        message: attributes.message,
        service: attributes.serviceName,
        request_id: attributes.lambdaContext?.awsRequestId,
        cold_start: attributes.lambdaContext?.coldStart,
        xray_trace_id: attributes.xRayTraceId,
      },
    }).addAttributes(additional);
  }

  override formatError(error: Error): LogAttributes {
    return { ...reportError(error) };
  }
}

/**
 * JSON lines. Context (request, stream, shard, run) goes on a child: `logger.createChild({ persistentKeys })`.
 * Never hand it an event, a record or a row: an error is all it cleans.
 */
export function createLogger(env: LoggerEnv): Logger {
  return new Logger({
    serviceName: env.POWERTOOLS_SERVICE_NAME,
    logLevel: env.POWERTOOLS_LOG_LEVEL,
    logFormatter: new JsonLines(),
    persistentKeys: { stage: env.STAGE, code_version: env.CODE_VERSION },
  });
}
