package com.acme.reports;

import static org.quartz.CronScheduleBuilder.cronSchedule;
import static org.quartz.JobBuilder.newJob;
import static org.quartz.SimpleScheduleBuilder.simpleSchedule;
import static org.quartz.TriggerBuilder.newTrigger;

import java.util.TimeZone;
import org.quartz.*;

/** Builds all triggers; "0 0 0 * * ?" in a comment counts for nothing. */
public class ReportJobs {

    private static final String NIGHTLY = "0 30 2 * * ?";

    @DisallowConcurrentExecution
    public static class DailyReportJob implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            System.out.println("daily \"report\"");
        }
    }

    public void schedule(Scheduler scheduler) throws SchedulerException {
        JobDetail daily = newJob(DailyReportJob.class)
                .withIdentity("dailyReport", "reports")
                .usingJobData("format", "pdf")
                .usingJobData("pages", 10L)
                .build();

        Trigger dailyTrigger = newTrigger()
                .withIdentity("dailyReportTrigger", "reports")
                .withSchedule(cronSchedule("0 15 10 ? * 2-6")
                        .inTimeZone(TimeZone.getTimeZone("America/New_York"))
                        .withMisfireHandlingInstructionDoNothing())
                .withPriority(7)
                .build();
        scheduler.scheduleJob(daily, dailyTrigger);

        JobDetail poll = newJob().ofType(PollJob.class).withIdentity("poll").build();
        Trigger pollTrigger = TriggerBuilder
                .newTrigger()
                .forJob("poll")
                .startNow()
                .withSchedule(simpleSchedule().withIntervalInSeconds(40).repeatForever())
                .build();

        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("three times")
                .withSchedule(SimpleScheduleBuilder.repeatMinutelyForTotalCount(3, 10)).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("constant")
                .withSchedule(cronSchedule(NIGHTLY)).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("nextYear")
                .withSchedule(cronSchedule("0 0/5 14,18 ? * MON#2 2027")).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("everyOtherYear")
                .withSchedule(cronSchedule("0 0 0 1 1 ? 2027/2")).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("bothDays")
                .withSchedule(cronSchedule("0 0 12 13 * 6")).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("lastSaturday")
                .withSchedule(cronSchedule("0 0 12 ? NOV-FEB 7L").inTimeZone(TimeZone.getTimeZone(ZoneId.of("Asia/Tokyo")))).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("weekend")
                .withSchedule(cronSchedule("*/30 0 22-3 ? * 7-1")).startAt(new Date()).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("monday")
                .withSchedule(CronScheduleBuilder.weeklyOnDayAndHourAndMinute(DateBuilder.MONDAY, 8, 5)).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("thirdFromLast")
                .withSchedule(cronSchedule("0 0 6 L-3 * ?")).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("calendar")
                .withSchedule(CalendarIntervalScheduleBuilder.calendarIntervalSchedule().withIntervalInMonths(1)).build());
        scheduler.scheduleJob(newTrigger().forJob(poll).withIdentity("once").startAt(when()).build());
    }
}
