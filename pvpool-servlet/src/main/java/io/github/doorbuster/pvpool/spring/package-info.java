/** The auto-configuration of Spring Boot 3.5 and 4. It is loaded only in an application of Spring Boot. */
@NullMarked
package io.github.doorbuster.pvpool.spring;

import org.jspecify.annotations.NullMarked;
