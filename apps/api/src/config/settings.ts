export const ENVIRONMENTS = ['PRODUCTION', 'DEVELOPMENT', 'DEMO', 'STAGING', 'TRAINING', 'TEST'] as const;
export const LOG_LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG'] as const;
export const LOG_FORMATS = ['colour', 'plain', 'json'] as const;
export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
