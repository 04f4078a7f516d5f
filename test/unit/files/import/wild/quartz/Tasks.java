package com.acme.shop;

import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
public class Tasks {
    private static final String EVERY_NIGHT = "0 0 3 * * *";

    private final Map<String, List<Integer>> cache = new HashMap<>();

    @Scheduled(cron = "0 0 9 * * 1-5", zone = "Europe/Paris")
    public void sendDailyMail() {
        if (cache.size() > 3 && ready()) { flush(); }
    }

    @Scheduled(cron = "0 30 2 * * MON-FRI", zone = "Europe/Paris")
    @Transactional(readOnly = true)
    protected <T> List<T> syncXMLFeeds() { return null; }

    @Scheduled(fixedRate = 5_000L, initialDelay = 1000)
    void poll() {}

    @Scheduled(fixedDelayString = "PT5M")
    void refresh() {}

    @Scheduled(fixedRate = 2, timeUnit = TimeUnit.HOURS)
    void twoHours() {}

    @Scheduled(cron = EVERY_NIGHT)
    void nightly() {}

    @Scheduled(cron = "${shop.cleanup.cron}")
    void cleanup() {}

    @Scheduled(cron = "${shop.purge.cron:0 0 4 * * SUN}")
    void purge() {}

    @Scheduled(cron = "${shop.missing.cron}")
    void missing() {}

    @Scheduled(cron = "-")
    void off() {}

    @Scheduled(cron = "#{@config.cron}")
    void expression() {}

    @Scheduled(cron = "0 0 12 1-7 * MON")
    void firstMonday() {}

    @Scheduled(cron = "0 0 12 13 * FRI")
    void fridayThe13th() {}

    @Scheduled(cron = "0 " + "15 10 L * *")
    void monthEnd() {}

    @Schedules({ @Scheduled(cron = "@hourly"), @Scheduled(cron = "0 0 0 ? * SUN") })
    public void twice() {}
}
