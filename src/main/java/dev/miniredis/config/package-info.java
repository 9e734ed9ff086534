/**
 * The parameters: their names and types, whether they can change while the server runs, and the file that they are read
 * from and written to.
 *
 * <p>Reading order: {@link dev.miniredis.config.Tuning} for the parameters themselves, {@link
 * dev.miniredis.config.ParameterType} for their forms, {@link dev.miniredis.config.Parameters} for {@code CONFIG SET}.
 */
package dev.miniredis.config;
